// The node daemon is killed at each system call with an effect while it takes
// up a pool in an image or on a disk. The next one serves the pool, from one
// loop device and one mount, with all that was acknowledged.

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/csi.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/loop_device.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/kill/traced_start.h"

namespace holdfast::root {
namespace {

constexpr int64_t kVolumeBytes = int64_t{16} << 20;
constexpr size_t kDataBytes = 1 << 20;
constexpr absl::Duration kPatience = absl::Seconds(60);

enum class Place { kImage, kDevice };

// How the daemon before it ended.
enum class Before {
  kOrderly,    // nothing is in use, mounted or attached
  kUnmounted,  // its mount namespace is gone under a volume in use
};

struct StartCase {
  std::string name;
  Place place;
  Before before;
};

class PoolStartKillTest : public testing::TestWithParam<StartCase> {
 protected:
  void SetUp() override {
    if (GetParam().place == Place::kImage) {
      place_ = scratch_.Sub("image");
      ASSERT_OK(RunProgram({SiblingProgram("holdfast"), "pool", "init",
                            "--image=" + place_, "--size=512MiB"}));
    } else {
      std::ofstream(scratch_.Sub("disk")).close();
      std::filesystem::resize_file(scratch_.Sub("disk"), int64_t{1} << 30);
      ASSERT_OK_AND_ASSIGN(place_, AttachLoop(scratch_.Sub("disk")));
      ASSERT_OK(RunProgram(
          {SiblingProgram("holdfast"), "pool", "init", "--device=" + place_}));
    }
    ASSERT_OK(Start());
    ASSERT_OK_AND_ASSIGN(
        const VolumeFact volume,
        csi_.CreateVolume(
            {.name = "v", .bytes = kVolumeBytes, .access = Access::kBlock}));
    volume_.volume_id = volume.id;
    ASSERT_OK(Bring());
    ASSERT_OK(WriteAt(volume_.target_path, 0, Bytes(1, kDataBytes)));
  }

  void TearDown() override {
    csi_.Unpublish(volume_).IgnoreError();
    csi_.Unstage(volume_).IgnoreError();
    node_.reset();
    if (HasFailure()) std::cout << Log() << std::endl;
  }

  std::string Endpoint(const std::string& name) const {
    return absl::StrCat("unix://", scratch_.path(), "/", name, ".sock");
  }
  std::string Mount() const { return scratch_.Sub("p/images"); }
  std::string Log() const {
    return RunProgram({"tail", "-n", "40", scratch_.Sub("log")}).value_or("");
  }

  std::vector<std::string> Command() const {
    return {SiblingProgram("holdfast-node"),
            "--endpoint=" + Endpoint("node"),
            "--agent_endpoint=" + Endpoint("agent"),
            "--pool=images=" + place_,
            "--pool_mounts=" + scratch_.Sub("p"),
            "--node_id=node-1",
            "--http_address="};
  }

  absl::Status Start() {
    ASSIGN_OR_RETURN(node_, Process::Start({.argv = Command(),
                                            .output = scratch_.Sub("log")}));
    return csi_.WaitUntilReady(absl::Now() + kPatience);
  }

  absl::Status Bring() {
    std::filesystem::create_directories(volume_.staging_path);
    std::filesystem::create_directories(scratch_.Sub("t"));
    RETURN_IF_ERROR(csi_.Stage(volume_));
    return csi_.Publish(volume_);
  }

  // From a daemon that serves to how things are before the start under test.
  absl::Status End() {
    std::ofstream(Mount() + "/incoming/left").close();  // to be cleared
    if (GetParam().before == Before::kOrderly) {
      RETURN_IF_ERROR(csi_.Unpublish(volume_));
      RETURN_IF_ERROR(csi_.Unstage(volume_));
    }
    node_.reset();
    if (umount2(Mount().c_str(), MNT_DETACH) != 0) {
      return ErrnoError("umount", Mount(), errno);
    }
    if (GetParam().before == Before::kUnmounted ||
        GetParam().place == Place::kDevice) {
      return absl::OkStatus();
    }
    for (const LoopEntry& loop : LoopsBelow(place_)) {
      RETURN_IF_ERROR(DetachLoop(absl::StrCat("/dev/loop", loop.number)));
    }
    return absl::OkStatus();
  }

  Trace KilledStart(const TracePlan& plan) {
    auto traced = StartTraced(Command(), scratch_.Sub("log"), plan);
    EXPECT_OK(traced);
    if (!traced.ok()) return {};
    EXPECT_OK(AwaitReadyOrEnd(csi_, traced->process));
    return traced->tracer.Finish();
  }

  void ExpectServed() {
    int mounts = 0;
    for (const MountEntry& mount : MountsBelow(scratch_.path())) {
      if (IsBelow(mount.path, Mount())) ++mounts;
    }
    EXPECT_EQ(mounts, 1);
    EXPECT_EQ(LoopsBelow(scratch_.path() + "/image").size() +
                  LoopsBelow(scratch_.path() + "/disk").size(),
              1u);
    EXPECT_EQ(LoopsBelow(Mount()).size(),
              GetParam().before == Before::kOrderly ? 0u : 1u);
    EXPECT_TRUE(std::filesystem::is_empty(Mount() + "/incoming"));
    const auto volumes = csi_.ListVolumes();
    EXPECT_OK(volumes);
    if (volumes.ok()) {
      EXPECT_EQ(volumes->size(), 1u);
    }
    EXPECT_OK(Bring());
    const auto data = ReadAt(volume_.target_path, 0, kDataBytes);
    EXPECT_OK(data);
    if (data.ok()) {
      EXPECT_TRUE(*data == Bytes(1, kDataBytes));
    }
  }

  Scratch scratch_;
  std::string place_;
  std::optional<Process> node_;
  Csi csi_{Endpoint("agent"), Endpoint("node")};
  NodeArgs volume_ = {.staging_path = scratch_.Sub("s"),
                      .target_path = scratch_.Sub("t/v"),
                      .access = Access::kBlock};
};

TEST_P(PoolStartKillTest, TheNextStartServesThePool) {
  const Trace last = AtEachPoint(Watched::kEffects, [&](const TracePlan& plan) {
    EXPECT_OK(End());
    const Trace trace = KilledStart(plan);
    EXPECT_OK(Start());
    ExpectServed();
    return trace;
  });
  if (HasFailure()) return;
  const std::string calls = absl::StrJoin(last.calls, "\n");
  EXPECT_TRUE(absl::StrContains(calls, "move_mount")) << calls;
}

INSTANTIATE_TEST_SUITE_P(
    Pools, PoolStartKillTest,
    testing::Values(StartCase{"Image", Place::kImage, Before::kOrderly},
                    StartCase{"ImageInUse", Place::kImage, Before::kUnmounted},
                    StartCase{"Device", Place::kDevice, Before::kOrderly},
                    StartCase{"DeviceInUse", Place::kDevice,
                              Before::kUnmounted}),
    [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace holdfast::root
