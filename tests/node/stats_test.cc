#include "node/stats.h"

#include <gtest/gtest.h>

#include <atomic>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;

class StatsTest : public NodeTest {
 protected:
  StatusCode CodeOf(const std::string& id, const std::string& path) {
    return world_.ReadStats(id, path).status().code();
  }
};

TEST_F(StatsTest, AFileSystemAnswersBytesAndInodes) {
  const std::string id = world_.Published(kMount);
  ASSERT_TRUE(
      world_.kernel().files().Create(std::string(kTarget) + "/file").ok());
  const auto usage = world_.kernel().files().StatFileSystem(kTarget);
  for (const char* path : {kTarget, kStaging}) {
    const auto stats = world_.ReadStats(id, path);
    ASSERT_TRUE(stats.ok()) << stats.status();
    EXPECT_EQ(stats->access_type, kMount);
    EXPECT_EQ(stats->total_bytes, usage->total_bytes);
    EXPECT_EQ(stats->available_bytes, usage->available_bytes);
    EXPECT_EQ(stats->used_bytes, usage->used_bytes);
    EXPECT_EQ(stats->total_inodes, usage->total_inodes);
    EXPECT_EQ(stats->available_inodes, usage->available_inodes);
    EXPECT_GT(stats->total_inodes, stats->available_inodes);
  }
}

TEST_F(StatsTest, ABlockVolumeAnswersItsSize) {
  const std::string id = world_.Published(kBlock);
  for (const char* path : {kTarget, kStaging}) {
    const auto stats = world_.ReadStats(id, path);
    ASSERT_TRUE(stats.ok()) << stats.status();
    EXPECT_EQ(stats->access_type, kBlock);
    EXPECT_EQ(stats->total_bytes, 256 * kMiB);
  }
}

TEST_F(StatsTest, UnknownVolumesAndPathsAreNotFound) {
  EXPECT_EQ(CodeOf("fake-vol-id", "some/path"), StatusCode::kNotFound);
  const std::string id = world_.Published(kMount);
  EXPECT_EQ(CodeOf(id, "some/path"), StatusCode::kNotFound);
  EXPECT_EQ(CodeOf(id, "/no/such/path"), StatusCode::kNotFound);
}

TEST_F(StatsTest, APathNoLongerMountedNeverAnswersForItsParent) {
  const std::string id = world_.Published(kMount);
  ASSERT_TRUE(world_.Unpublish(id).ok());
  world_.kernel().MakeDirectories(kTarget);
  EXPECT_EQ(CodeOf(id, kTarget), StatusCode::kNotFound);
}

TEST_F(StatsTest, AnotherVolumeAtThePathIsNotFound) {
  world_.Published(kMount);
  EXPECT_EQ(CodeOf(world_.MakeVolume(kMount, "other"), kTarget),
            StatusCode::kNotFound);
}

TEST_F(StatsTest, ADeadMountBlocksNoOtherCall) {
  const std::string dead = world_.Published(kMount);
  absl::Notification release;
  std::atomic<int> looks = 0;
  world_.kernel().calls().OnCall([&](const fakes::Call& call) {
    if (call.name == "Files.StatFileSystem" && call.argument == kTarget) {
      ++looks;
      release.WaitForNotification();
    }
  });
  StatsReader reader(world_.parts(), absl::InfiniteDuration());
  for (int i = 0; i < 2; ++i) {
    Operation hurried("NodeGetVolumeStats",
                      absl::Now() + absl::Milliseconds(100));
    EXPECT_EQ(reader.Read({dead, kTarget}, hurried).status().code(),
              StatusCode::kUnavailable);
  }
  EXPECT_LE(looks, 1) << "one look per volume";

  // The volume's key is free, and so are other volumes.
  EXPECT_TRUE(world_.Expand({dead, kTarget}).ok());
  const std::string block = world_.MakeVolume(kBlock, "block");
  world_.kernel().MakeDirectories("/kubelet/staging2");
  StageSpec stage = world_.StageOf(block, kBlock);
  stage.staging_path = "/kubelet/staging2";
  ASSERT_TRUE(world_.Stage(stage).ok());
  Operation operation("NodeGetVolumeStats");
  EXPECT_TRUE(reader.Read({block, "/kubelet/staging2"}, operation).ok());
  release.Notify();
}

TEST_F(StatsTest, PatienceEndsALookWithoutADeadline) {
  const std::string id = world_.Published(kMount);
  absl::Notification release;
  world_.kernel().calls().OnCall([&](const fakes::Call& call) {
    if (call.name == "Files.StatFileSystem") release.WaitForNotification();
  });
  StatsReader reader(world_.parts(), absl::Milliseconds(1));
  Operation operation("NodeGetVolumeStats");
  EXPECT_EQ(reader.Read({id, kTarget}, operation).status().code(),
            StatusCode::kUnavailable);
  release.Notify();
}

TEST_F(StatsTest, TheCallersDeadlineHoldsToo) {
  const std::string id = world_.Published(kMount);
  StatsReader reader(world_.parts(), absl::InfiniteDuration());
  Operation late("NodeGetVolumeStats", absl::InfinitePast());
  EXPECT_EQ(reader.Read({id, kTarget}, late).status().code(),
            StatusCode::kDeadlineExceeded);
}

TEST_F(StatsTest, AnOperationPendingOnTheVolumeIsAborted) {
  const std::string id = world_.Published(kMount);
  Operation pending("NodeUnpublishVolume");
  const auto held = world_.locks().TryLock(id, pending);
  EXPECT_EQ(CodeOf(id, kTarget), StatusCode::kAborted);
}

}  // namespace
}  // namespace holdfast::node
