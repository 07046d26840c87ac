// A node with two pools behind a controller, the second of which another
// process has at first.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "base/unique_fd.h"
#include "tests/root/fixture/csi.h"
#include "tests/root/fixture/daemons.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/xfs_image.h"

namespace holdfast::root {
namespace {

constexpr int64_t kDiskBytes = int64_t{4} << 30;  // sparse
constexpr int64_t kVolumeBytes = int64_t{16} << 20;
constexpr absl::Duration kPatience = absl::Seconds(30);

class LatePoolTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(MakeXfs(scratch_.Sub("disk"), kDiskBytes, scratch_.Sub("x")));
    for (const char* const pool : {"x/one", "x/two"}) {
      std::filesystem::create_directory(scratch_.Sub(pool));
      ASSERT_OK(InitPool(scratch_.Sub(pool)));
    }
  }

  std::string Endpoint(const std::string& name) const {
    return absl::StrCat("unix://", scratch_.path(), "/", name, ".sock");
  }
  absl::Status StartNode() {
    ASSIGN_OR_RETURN(
        node_, Process::Start({.argv = {SiblingProgram("holdfast-node"),
                                        "--endpoint=" + Endpoint("node"),
                                        "--agent_endpoint=" + Endpoint("agent"),
                                        "--pool=one=" + scratch_.Sub("x/one"),
                                        "--pool=two=" + scratch_.Sub("x/two"),
                                        "--node_id=node-1", "--http_address="},
                               .output = scratch_.Sub("node.log")}));
    return absl::OkStatus();
  }
  absl::Status StartController() {
    ASSIGN_OR_RETURN(
        controller_,
        Process::Start(
            {.argv = {SiblingProgram("holdfast-controller"),
                      "--endpoint=" + Endpoint("c"),
                      "--agents=" + Endpoint("agent"), "--http_address="},
             .output = scratch_.Sub("c.log")}));
    csi_.emplace(Endpoint("c"), Endpoint("node"));
    return absl::OkStatus();
  }
  // In the pool of this name, or in whichever the controller takes.
  absl::StatusOr<std::string> Create(const std::string& name,
                                     const std::string& pool = "") {
    CreateArgs args{
        .name = name, .bytes = kVolumeBytes, .access = Access::kBlock};
    if (!pool.empty()) args.parameters["pool"] = pool;
    ASSIGN_OR_RETURN(const VolumeFact volume, csi_->CreateVolume(args));
    return volume.id;
  }
  bool IsIn(const std::string& pool, const std::string& id) {
    return std::filesystem::exists(
        absl::StrCat(scratch_.Sub("x/" + pool), "/volumes/", id));
  }
  static bool Await(const std::function<bool()>& done) {
    const absl::Time end = absl::Now() + kPatience;
    while (absl::Now() < end) {
      if (done()) return true;
      absl::SleepFor(absl::Milliseconds(20));
    }
    return done();
  }

  Scratch scratch_;
  std::optional<Process> node_;
  std::optional<Process> controller_;
  std::optional<Csi> csi_;
};

TEST_F(LatePoolTest, IsReachableOnceItsLockIsGoneAndNothingIsRestarted) {
  ASSERT_OK(StartNode());
  ASSERT_OK(StartController());
  std::string late;
  ASSERT_TRUE(Await([&] {
    const auto made = Create("late", "two");
    if (made.ok()) late = *made;
    return made.ok();
  }));
  ASSERT_TRUE(IsIn("two", late));
  csi_.reset();
  controller_->Kill();
  node_->Signal(SIGTERM);
  ASSERT_OK(node_->Wait(absl::Now() + kPatience));

  // Another process has the second pool.
  std::optional<UniqueFd> lock(
      UniqueFd(open(scratch_.Sub("x/two/POOL").c_str(), O_RDWR | O_CLOEXEC)));
  ASSERT_EQ(flock(lock->get(), LOCK_EX | LOCK_NB), 0);
  ASSERT_OK(StartNode());
  ASSERT_OK(StartController());
  std::string early;
  ASSERT_TRUE(Await([&] {
    const auto made = Create("early");
    if (made.ok()) early = *made;
    return made.ok();
  }));
  EXPECT_TRUE(IsIn("one", early));
  EXPECT_EQ(Create("other", "two").status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(csi_->ControllerExpand(late, 2 * kVolumeBytes).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(csi_->DeleteVolume(late).code(), absl::StatusCode::kUnavailable);

  lock.reset();
  EXPECT_TRUE(Await([&] { return Create("other", "two").ok(); }));
  EXPECT_OK(csi_->ControllerExpand(late, 2 * kVolumeBytes));
  ASSERT_OK_AND_ASSIGN(const auto all, csi_->ListVolumes());
  EXPECT_EQ(all.size(), 3U);
  EXPECT_OK(csi_->DeleteVolume(late));
}

}  // namespace
}  // namespace holdfast::root
