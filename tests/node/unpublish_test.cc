#include "node/unpublish.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class UnpublishTest : public NodeTest {};

TEST_F(UnpublishTest, TheTargetIsGoneAndTheStageStays) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = world.Published(type);
    world.RestartDaemon();
    EXPECT_TRUE(world.Unpublish(id).ok());
    EXPECT_FALSE(world.Exists(kTarget));
    EXPECT_THAT(world.MountedPaths(), ElementsAre(StagedPath(type, kStaging)));
    EXPECT_TRUE(world.Unpublish(id).ok());
  }
}

TEST_F(UnpublishTest, WhatWasNeverPublishedIsOk) {
  const std::string id = world_.MakeVolume(kMount);
  EXPECT_TRUE(world_.Unpublish(id).ok());
  EXPECT_TRUE(world_.Unpublish(id, "/no/such/path").ok());
  EXPECT_TRUE(world_.Unpublish("fake-vol-id").ok());
}

TEST_F(UnpublishTest, AnUnknownVolumeWithAMountIsNotFound) {
  world_.Published(kMount);
  EXPECT_EQ(world_.Unpublish("fake-vol-id").code(), StatusCode::kNotFound);
  EXPECT_THAT(world_.MountedPaths(), SizeIs(2));
}

TEST_F(UnpublishTest, WhatAnotherVolumeHasThereStays) {
  world_.Published(kMount);
  const std::string id = world_.MakeVolume(kMount, "other");
  EXPECT_EQ(world_.Unpublish(id).code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(world_.MountedPaths(), SizeIs(2));
}

TEST_F(UnpublishTest, StackedMountsAllGo) {
  const std::string id = world_.Published(kMount);
  auto copy = world_.kernel().mounts().CloneMount(kTarget);
  ASSERT_TRUE(world_.kernel().mounts().Attach(copy->get(), kTarget).ok());
  copy->Reset();
  EXPECT_TRUE(world_.Unpublish(id).ok());
  EXPECT_THAT(world_.MountedPaths(), ElementsAre(kStaging));
}

TEST_F(UnpublishTest, ALeftOverTargetIsRemovedIfItIsEmpty) {
  const std::string id = world_.MakeVolume(kMount);
  world_.kernel().MakeDirectories(kTarget);
  EXPECT_TRUE(world_.Unpublish(id).ok());
  EXPECT_FALSE(world_.Exists(kTarget));
}

TEST_F(UnpublishTest, WhatPublishDidNotMakeStays) {
  const std::string id = world_.MakeVolume(kMount);
  world_.kernel().MakeDirectories(std::string(kTarget) + "/data");
  EXPECT_EQ(world_.Unpublish(id).code(), StatusCode::kFailedPrecondition);
  EXPECT_TRUE(world_.Exists(std::string(kTarget) + "/data"));

  auto file = world_.kernel().files().Create("/kubelet/pods/b/file");
  ASSERT_TRUE(world_.kernel().files().WriteAll(file->get(), "data").ok());
  EXPECT_EQ(world_.Unpublish(id, "/kubelet/pods/b/file").code(),
            StatusCode::kFailedPrecondition);
  world_.kernel().AddSymlink("/kubelet/pods/b/link");
  EXPECT_EQ(world_.Unpublish(id, "/kubelet/pods/b/link").code(),
            StatusCode::kFailedPrecondition);
  EXPECT_TRUE(world_.Exists("/kubelet/pods/b/file"));
  EXPECT_TRUE(world_.Exists("/kubelet/pods/b/link"));
}

TEST_F(UnpublishTest, ABusyTargetIsAFailedPrecondition) {
  const std::string id = world_.Published(kMount);
  auto user = world_.kernel().files().Open(kTarget, os::OpenMode::kDirectory);
  EXPECT_EQ(world_.Unpublish(id).code(), StatusCode::kFailedPrecondition);
  user->Reset();
  EXPECT_TRUE(world_.Unpublish(id).ok());
}

TEST_F(UnpublishTest, OnePublicationOfSeveralGoesAlone) {
  const std::string id = world_.Published(kMount);
  ASSERT_TRUE(world_.Publish(world_.PublishOf(id, kMount, kOtherTarget)).ok());
  EXPECT_TRUE(world_.Unpublish(id).ok());
  EXPECT_THAT(world_.MountedPaths(), ElementsAre(kStaging, kOtherTarget));
}

TEST_F(UnpublishTest, TheLastPathOfAnUnstagedVolumeTakesItsDeviceAlong) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = world.Published(type);
    ASSERT_TRUE(world.Publish(world.PublishOf(id, type, kOtherTarget)).ok());
    ASSERT_TRUE(world.Unstage(id).ok());
    EXPECT_TRUE(world.Unpublish(id).ok());
    EXPECT_THAT(world.Loops(), SizeIs(1));
    EXPECT_TRUE(world.Unpublish(id, kOtherTarget).ok());
    EXPECT_THAT(world.Loops(), IsEmpty());
    Operation operation("DeleteVolume");
    EXPECT_TRUE(world.backend().DeleteVolume(id, operation).ok());
  }
}

TEST_F(UnpublishTest, NeitherMountsNorDevicesAreScannedForAStagedFileSystem) {
  const std::string id = world_.Published(kMount);
  world_.kernel().calls().Reset();
  EXPECT_TRUE(world_.Unpublish(id).ok());
  EXPECT_EQ(world_.kernel().calls().Count("Mounts.List"), 0);
  EXPECT_EQ(world_.kernel().calls().Count("Mounts.ListOf"), 0);
  EXPECT_EQ(world_.kernel().calls().Count("LoopDevices.List"), 0);
  EXPECT_THAT(world_.Device(id), Not(IsEmpty()));
}

// losetup -D by someone who did not know better.
TEST_F(UnpublishTest, AFileSystemWhoseDeviceWasDetachedUnderItGoesToo) {
  const std::string id = world_.Published(kMount);
  const int number = world_.Loops().front();
  ASSERT_TRUE(world_.kernel().loops().Detach(number).ok());
  ASSERT_TRUE(world_.kernel().loops().GetStatus(number)->autoclear);
  EXPECT_TRUE(world_.Unpublish(id).ok());
  EXPECT_TRUE(world_.Unstage(id).ok());
  EXPECT_THAT(world_.MountedPaths(), IsEmpty());
  EXPECT_THAT(world_.Loops(), IsEmpty());
  EXPECT_FALSE(world_.Exists(kTarget));
  EXPECT_TRUE(world_.Stage(world_.StageOf(id)).ok());
  EXPECT_TRUE(world_.Publish(world_.PublishOf(id)).ok());
}

TEST_F(UnpublishTest, ABlockVolumeDetachedWhileItIsOpenGoesToo) {
  const std::string id = world_.Published(kBlock);
  auto user =
      world_.kernel().files().Open(world_.Device(id), os::OpenMode::kReadOnly);
  ASSERT_TRUE(world_.kernel().loops().Detach(world_.Loops().front()).ok());
  EXPECT_TRUE(world_.Unpublish(id).ok());
  EXPECT_EQ(world_.Unstage(id).code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(world_.MountedPaths(), IsEmpty());
  user->Reset();
  EXPECT_TRUE(world_.Unstage(id).ok());
  EXPECT_THAT(world_.Loops(), IsEmpty());
  EXPECT_TRUE(world_.Stage(world_.StageOf(id, kBlock)).ok());
}

}  // namespace
}  // namespace holdfast::node
