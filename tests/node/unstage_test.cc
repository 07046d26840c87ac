#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/staging.h"
#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class UnstageTest : public NodeTest {};

TEST_F(UnstageTest, NothingIsLeft) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = world.MakeVolume(type);
    ASSERT_TRUE(world.Stage(world.StageOf(id, type)).ok());
    world.RestartDaemon();
    EXPECT_TRUE(world.Unstage(id).ok());
    EXPECT_THAT(world.MountedPaths(), IsEmpty());
    EXPECT_THAT(world.Loops(), IsEmpty());
    EXPECT_THAT(world.kernel().PathsUnder(kStaging), IsEmpty());
    EXPECT_TRUE(world.Exists(kStaging));
    EXPECT_TRUE(world.Unstage(id).ok());
  }
}

TEST_F(UnstageTest, WhatWasNeverStagedIsOk) {
  const std::string id = world_.MakeVolume(kMount);
  EXPECT_TRUE(world_.Unstage(id).ok());
  EXPECT_TRUE(world_.Unstage(id, "/kubelet/none").ok());
  EXPECT_TRUE(world_.Unstage("fake-vol-id").ok());
}

TEST_F(UnstageTest, AnUnknownVolumeWithAMountIsNotFound) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = world.MakeVolume(type);
    ASSERT_TRUE(world.Stage(world.StageOf(id, type)).ok());
    EXPECT_EQ(world.Unstage("fake-vol-id").code(), StatusCode::kNotFound);
    EXPECT_THAT(world.MountedPaths(), SizeIs(1));
  }
}

TEST_F(UnstageTest, StackedMountsAllGo) {
  const std::string id = world_.MakeVolume(kMount);
  ASSERT_TRUE(world_.Stage(world_.StageOf(id)).ok());
  auto copy = world_.kernel().mounts().CloneMount(kStaging);
  ASSERT_TRUE(world_.kernel().mounts().Attach(copy->get(), kStaging).ok());
  copy->Reset();
  EXPECT_TRUE(world_.Unstage(id).ok());
  EXPECT_THAT(world_.MountedPaths(), IsEmpty());
  EXPECT_THAT(world_.Loops(), IsEmpty());
}

TEST_F(UnstageTest, WhatAnotherVolumeHasThereStays) {
  const std::string other = world_.MakeVolume(kMount, "other");
  ASSERT_TRUE(world_.Stage(world_.StageOf(other)).ok());
  const std::string id = world_.MakeVolume(kMount);
  EXPECT_EQ(world_.Unstage(id).code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(world_.MountedPaths(), ElementsAre(kStaging));
}

TEST_F(UnstageTest, OnlyAnEmptyFileIsRemoved) {
  const std::string id = world_.MakeVolume(kBlock);
  const std::string path = BlockStagingFile(kStaging);
  auto file = world_.kernel().files().Create(path);
  ASSERT_TRUE(world_.kernel().files().WriteAll(file->get(), "data").ok());
  EXPECT_EQ(world_.Unstage(id).code(), StatusCode::kFailedPrecondition);
  EXPECT_TRUE(world_.Exists(path));
  ASSERT_TRUE(world_.kernel().files().Unlink(path).ok());

  world_.kernel().AddSymlink(path);
  EXPECT_EQ(world_.Unstage(id).code(), StatusCode::kFailedPrecondition);
  EXPECT_TRUE(world_.Exists(path));
  ASSERT_TRUE(world_.kernel().files().Unlink(path).ok());
  EXPECT_TRUE(world_.Unstage(id).ok());
}

TEST_F(UnstageTest, ABusyMountIsAFailedPrecondition) {
  const std::string id = world_.MakeVolume(kMount);
  ASSERT_TRUE(world_.Stage(world_.StageOf(id)).ok());
  auto user = world_.kernel().files().Open(kStaging, os::OpenMode::kDirectory);
  EXPECT_EQ(world_.Unstage(id).code(), StatusCode::kFailedPrecondition);
  user->Reset();
  EXPECT_TRUE(world_.Unstage(id).ok());
}

TEST_F(UnstageTest, ADeviceSeenElsewhereGoesWithItsLastPath) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = world.MakeVolume(type);
    world.kernel().MakeDirectories("/kubelet/staging2");
    StageSpec second = world.StageOf(id, type);
    second.staging_path = "/kubelet/staging2";
    ASSERT_TRUE(world.Stage(world.StageOf(id, type)).ok());
    ASSERT_TRUE(world.Stage(second).ok());
    EXPECT_TRUE(world.Unstage(id).ok());
    // The device must not be given to another volume while it is seen.
    EXPECT_THAT(world.Loops(), SizeIs(1));
    EXPECT_THAT(world.Device(id), Not(IsEmpty()));
    EXPECT_TRUE(world.Unstage(id, "/kubelet/staging2").ok());
    EXPECT_THAT(world.Loops(), IsEmpty());
  }
}

TEST_F(UnstageTest, ADeviceHeldFromElsewhereIsAFailedPrecondition) {
  const std::string id = world_.MakeVolume(kMount);
  ASSERT_TRUE(world_.Stage(world_.StageOf(id)).ok());
  // A mount that lives on where we cannot see it.
  auto elsewhere = world_.kernel().mounts().CloneMount(kStaging);
  EXPECT_EQ(world_.Unstage(id).code(), StatusCode::kFailedPrecondition);
  elsewhere->Reset();
  EXPECT_TRUE(world_.Unstage(id).ok());
  EXPECT_THAT(world_.Loops(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::node
