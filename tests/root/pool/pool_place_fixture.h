// A pool with a place of its own, and a daemon in a mount namespace of its own
// that serves it.

#ifndef HOLDFAST_TESTS_ROOT_POOL_POOL_PLACE_FIXTURE_H_
#define HOLDFAST_TESTS_ROOT_POOL_POOL_PLACE_FIXTURE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/csi.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/loop_device.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/volume_io.h"

namespace holdfast::root {

inline constexpr int64_t kDiskBytes = int64_t{2} << 30;
inline constexpr int64_t kVolumeBytes = int64_t{64} << 20;
inline constexpr absl::Duration kPatience = absl::Seconds(30);

// All loop devices that carry this name, wherever their files seem to be: with
// the mount namespace gone, a data file has no path.
inline std::vector<LoopEntry> LoopsNamed(const std::string& name) {
  std::vector<LoopEntry> loops = LoopsBelow("");
  std::erase_if(loops,
                [&](const LoopEntry& loop) { return loop.name != name; });
  return loops;
}

inline std::string DevicePath(const LoopEntry& loop) {
  return absl::StrCat("/dev/loop", loop.number);
}

// Each daemon runs in a mount namespace of its own, which goes with it.
class PoolPlaceTest : public testing::Test {
 protected:
  void TearDown() override {
    node_.reset();
    if (!volume_id_.empty()) {
      for (const LoopEntry& loop : LoopsNamed(volume_id_)) {
        DetachLoop(DevicePath(loop)).IgnoreError();
      }
    }
    if (HasFailure()) GTEST_LOG_(INFO) << Log();
  }

  absl::Status StartNode() {
    ASSIGN_OR_RETURN(
        node_,
        Process::Start(
            {.argv = {"unshare", "--mount", "--propagation", "private",
                      SiblingProgram("holdfast-node"),
                      "--endpoint=" + Endpoint("node"),
                      "--agent_endpoint=" + Endpoint("agent"),
                      "--pool=images=" + place_,
                      "--pool_mounts=" + scratch_.Sub("p"), "--node_id=node-1"},
             .output = scratch_.Sub("log")}));
    return absl::OkStatus();
  }
  absl::Status StartReady() {
    RETURN_IF_ERROR(StartNode());
    csi_.emplace(Endpoint("agent"), Endpoint("node"));
    return csi_->WaitUntilReady(absl::Now() + kPatience);
  }
  std::string Endpoint(const std::string& name) const {
    return absl::StrCat("unix://", scratch_.path(), "/", name, ".sock");
  }
  std::string Log() const {
    std::ifstream file(scratch_.Sub("log"));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  // A path as the daemon's mount namespace has it.
  std::string Inside(const std::string& path) const {
    return absl::StrCat("/proc/", node_->pid(), "/root", path);
  }
  NodeArgs Staging() {
    NodeArgs args{.volume_id = volume_id_, .staging_path = scratch_.Sub("s/v")};
    std::filesystem::create_directories(args.staging_path);
    return args;
  }
  void MakeVolumeWithData() {
    ASSERT_OK_AND_ASSIGN(
        const VolumeFact volume,
        csi_->CreateVolume({.name = "v", .bytes = kVolumeBytes}));
    volume_id_ = volume.id;
    ASSERT_OK(csi_->Stage(Staging()));
    ASSERT_OK(WriteTree(Inside(scratch_.Sub("s/v")), 1));
    ASSERT_OK_AND_ASSIGN(digest_, TreeDigest(Inside(scratch_.Sub("s/v"))));
  }
  void ExpectDataIsWhole() {
    ASSERT_OK(csi_->Stage(Staging()));
    EXPECT_EQ(*TreeDigest(Inside(scratch_.Sub("s/v"))), digest_);
  }
  Scratch scratch_;
  std::string place_;  // of the pool, as --pool says it
  std::optional<Process> node_;
  std::optional<Csi> csi_;
  std::string volume_id_;
  std::string digest_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_POOL_POOL_PLACE_FIXTURE_H_
