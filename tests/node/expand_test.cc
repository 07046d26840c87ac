#include "node/expand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using ::testing::HasSubstr;

class ExpandTest : public NodeTest {
 protected:
  StatusCode CodeOf(const ExpandSpec& spec) {
    return world_.Expand(spec).status().code();
  }
  // A published volume whose device is larger than its file system.
  std::string Behind() {
    const std::string id = world_.Published(kMount);
    world_.kernel().SetCanGrowMountedExt4(false);
    EXPECT_FALSE(world_.ExpandVolume(id, 512 * kMiB).ok());
    EXPECT_EQ(world_.FileSystemBytes(id), 256 * kMiB);
    return id;
  }
};

TEST_F(ExpandTest, TheFileSystemTakesTheSizeOfItsDevice) {
  const std::string id = Behind();
  world_.kernel().SetCanGrowMountedExt4(true);
  const auto size = world_.Expand({id, kTarget});
  ASSERT_TRUE(size.ok()) << size.status();
  EXPECT_EQ(*size, 512 * kMiB);
  EXPECT_EQ(world_.FileSystemBytes(id), 512 * kMiB);
}

TEST_F(ExpandTest, WithoutTheCapabilityItSaysSoAndTheNextStageGrows) {
  const std::string id = Behind();
  const auto size = world_.Expand({id, kTarget});
  EXPECT_EQ(size.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(size.status().message()),
              HasSubstr("CAP_SYS_RESOURCE"));
  ASSERT_TRUE(world_.Unpublish(id).ok());
  ASSERT_TRUE(world_.Unstage(id).ok());
  ASSERT_TRUE(world_.Stage(world_.StageOf(id)).ok());
  EXPECT_EQ(world_.FileSystemBytes(id), 512 * kMiB);
  EXPECT_EQ(*world_.Expand({id, kStaging}), 512 * kMiB);
}

TEST_F(ExpandTest, WhatIsLargeEnoughIsOkAtAnyPathOfTheVolume) {
  const std::string id = world_.Published(kMount);
  world_.kernel().calls().Reset();
  for (const char* path : {kTarget, kStaging}) {
    for (const int64_t required : {int64_t{0}, kMiB, 256 * kMiB}) {
      const auto size =
          world_.Expand({id, path, {.required_bytes = required}, kMount});
      ASSERT_TRUE(size.ok()) << size.status();
      EXPECT_EQ(*size, 256 * kMiB);
    }
  }
  EXPECT_EQ(world_.kernel().calls().Count("FileSystems.Grow"), 0);
}

TEST_F(ExpandTest, ABlockVolumeIsAsLargeAsItsDevice) {
  const std::string id = world_.Published(kBlock);
  ASSERT_TRUE(world_.ExpandVolume(id, 512 * kMiB).ok());
  for (const std::string& path :
       {std::string(kTarget), std::string(kStaging), world_.Device(id)}) {
    const auto size = world_.Expand({id, path});
    ASSERT_TRUE(size.ok()) << size.status();
    EXPECT_EQ(*size, 512 * kMiB);
  }
}

TEST_F(ExpandTest, UnknownVolumesAndPathsAreNotFound) {
  EXPECT_EQ(CodeOf({"fake-vol-id", "some/path"}), StatusCode::kNotFound);
  const std::string id = world_.Published(kMount);
  EXPECT_EQ(CodeOf({id, "some/path"}), StatusCode::kNotFound);
  EXPECT_EQ(CodeOf({id, kOtherTarget}), StatusCode::kNotFound);
  EXPECT_EQ(CodeOf({id, "/kubelet"}), StatusCode::kNotFound);
  const std::string other = world_.MakeVolume(kMount, "other");
  EXPECT_EQ(CodeOf({other, kTarget}), StatusCode::kNotFound);
}

TEST_F(ExpandTest, ARangeThatTheDeviceDoesNotMeetIsOutOfRange) {
  const std::string id = world_.Published(kMount);
  EXPECT_EQ(CodeOf({id, kTarget, {.required_bytes = 257 * kMiB}}),
            StatusCode::kOutOfRange);
  EXPECT_EQ(CodeOf({id, kTarget, {.limit_bytes = 255 * kMiB}}),
            StatusCode::kOutOfRange);
}

TEST_F(ExpandTest, ACapabilityOfAnotherAccessTypeIsRefused) {
  const std::string id = world_.Published(kMount);
  EXPECT_EQ(CodeOf({id, kTarget, {}, kBlock}), StatusCode::kInvalidArgument);
}

TEST_F(ExpandTest, AnOperationPendingOnTheVolumeIsAborted) {
  const std::string id = world_.Published(kMount);
  Operation pending("NodeUnpublishVolume");
  const auto held = world_.locks().TryLock(id, pending);
  EXPECT_EQ(CodeOf({id, kTarget}), StatusCode::kAborted);
}

}  // namespace
}  // namespace holdfast::node
