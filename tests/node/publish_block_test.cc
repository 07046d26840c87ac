#include "node/publish.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using backend::AccessMode;
using backend::AttachMode;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class PublishBlockTest : public NodeTest {
 protected:
  std::string Staged(backend::AccessType type) {
    const std::string id = world_.MakeVolume(type);
    EXPECT_TRUE(world_.Stage(world_.StageOf(id, type)).ok());
    return id;
  }
  PublishSpec ReadOnly(PublishSpec spec) {
    spec.read_only = true;
    return spec;
  }
  PublishSpec WithMode(PublishSpec spec, AccessMode mode) {
    spec.capability.access_mode = mode;
    spec.read_only = backend::IsReaderOnly(mode);
    return spec;
  }
};

TEST_F(PublishBlockTest, ABlockVolumeIsAFileThatIsTheDevice) {
  const std::string id = Staged(kBlock);
  ASSERT_TRUE(world_.Publish(world_.PublishOf(id, kBlock)).ok());
  const auto target = world_.kernel().files().Stat(kTarget);
  const auto device = world_.kernel().files().Stat(world_.Device(id));
  EXPECT_TRUE(target->is_mount_root);
  EXPECT_EQ(target->device, device->device);
  EXPECT_THAT(world_.Loops(), SizeIs(1));
}

TEST_F(PublishBlockTest, ASecondStagingPathOfABlockVolumeIsNoPublication) {
  const std::string id = Staged(kBlock);
  world_.kernel().MakeDirectories("/kubelet/staging2");
  StageSpec second = world_.StageOf(id, kBlock);
  second.staging_path = "/kubelet/staging2";
  ASSERT_TRUE(world_.Stage(second).ok());
  const auto mode = AccessMode::kSingleNodeSingleWriter;
  EXPECT_TRUE(
      world_.Publish(WithMode(world_.PublishOf(id, kBlock), mode)).ok());
  PublishSpec other =
      WithMode(world_.PublishOf(id, kBlock, kOtherTarget), mode);
  other.staging_path = "/kubelet/staging2";
  const absl::Status status = world_.Publish(other);
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr(kTarget));
  ASSERT_TRUE(world_.Unpublish(id).ok());
  EXPECT_TRUE(world_.Publish(ReadOnly(world_.PublishOf(id, kBlock))).ok());
}

TEST_F(PublishBlockTest, ABlockTargetMayNotPassForAStagingPath) {
  const std::string block = Staged(kBlock);
  EXPECT_EQ(
      world_.Publish(world_.PublishOf(block, kBlock, "/kubelet/pods/a/device"))
          .code(),
      StatusCode::kInvalidArgument);
  EXPECT_FALSE(world_.Exists("/kubelet/pods/a/device"));
}

TEST_F(PublishBlockTest, AReadOnlyBlockVolumeHasAReadOnlyDeviceOfItsOwn) {
  const std::string id = Staged(kBlock);
  ASSERT_TRUE(world_.Publish(ReadOnly(world_.PublishOf(id, kBlock))).ok());
  EXPECT_THAT(world_.Loops(), SizeIs(2));
  const std::string device = world_.Device(id, AttachMode::kReadOnly);
  EXPECT_EQ(world_.kernel().files().Stat(kTarget)->device,
            world_.kernel().files().Stat(device)->device);
  // A second publication shares it; it goes with the last.
  const auto second = ReadOnly(world_.PublishOf(id, kBlock, kOtherTarget));
  ASSERT_TRUE(world_.Publish(second).ok());
  EXPECT_THAT(world_.Loops(), SizeIs(2));
  EXPECT_TRUE(world_.Unpublish(id).ok());
  EXPECT_THAT(world_.Loops(), SizeIs(2));
  EXPECT_TRUE(world_.Unpublish(id, kOtherTarget).ok());
  EXPECT_THAT(world_.Loops(), SizeIs(1));
  EXPECT_EQ(world_.Device(id, AttachMode::kReadOnly), "");
}

TEST_F(PublishBlockTest,
       ReadOnlyAndReadWriteBlockPublicationsExcludeEachOther) {
  const std::string id = Staged(kBlock);
  const auto read_write = world_.PublishOf(id, kBlock);
  const auto read_only = ReadOnly(world_.PublishOf(id, kBlock, kOtherTarget));
  ASSERT_TRUE(world_.Publish(read_write).ok());
  EXPECT_EQ(world_.Publish(read_only).code(), StatusCode::kFailedPrecondition);
  EXPECT_FALSE(world_.Exists(kOtherTarget));
  EXPECT_THAT(world_.Loops(), SizeIs(1));
  ASSERT_TRUE(world_.Unpublish(id).ok());
  ASSERT_TRUE(world_.Publish(read_only).ok());
  EXPECT_EQ(world_.Publish(read_write).code(), StatusCode::kFailedPrecondition);
  EXPECT_FALSE(world_.Exists(kTarget));
  ASSERT_TRUE(world_.Unpublish(id, kOtherTarget).ok());
  EXPECT_TRUE(world_.Publish(read_write).ok());
}

TEST_F(PublishBlockTest, AReadOnlyDeviceThatNobodySeesDoesNotStandInTheWay) {
  const std::string id = Staged(kBlock);
  Operation operation("test");
  ASSERT_TRUE(
      world_.backend().Attach(id, AttachMode::kReadOnly, operation).ok());
  world_.RestartDaemon();
  EXPECT_TRUE(world_.Publish(world_.PublishOf(id, kBlock)).ok());
  EXPECT_THAT(world_.Loops(), SizeIs(1));
}

}  // namespace
}  // namespace holdfast::node
