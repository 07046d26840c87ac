#include "node/staging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using absl::StatusCode;
using backend::AttachMode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class StageTest : public NodeTest {
 protected:
  // What a failed stage must leave: nothing.
  void ExpectNothingStaged() {
    EXPECT_THAT(world_.MountedPaths(), IsEmpty());
    EXPECT_THAT(world_.Loops(), IsEmpty());
    EXPECT_THAT(world_.kernel().PathsUnder(kStaging), IsEmpty());
  }
  // As small as an xfs may be.
  std::string MakeXfs() {
    Operation operation("test");
    const auto volume = world_.backend().CreateVolume(
        {.name = "volume",
         .capacity = {.required_bytes = 300 * kMiB},
         .access_type = kMount,
         .fs_type = "xfs"},
        operation);
    EXPECT_TRUE(volume.ok()) << volume.status();
    return volume.ok() ? volume->id : "";
  }
};

TEST_F(StageTest, AFileSystemIsMountedFromItsOwnDevice) {
  const std::string id = world_.MakeVolume(kMount);
  ASSERT_TRUE(world_.Stage(world_.StageOf(id)).ok());
  EXPECT_THAT(world_.MountedPaths(), ElementsAre(kStaging));
  EXPECT_THAT(world_.Loops(), SizeIs(1));
  const auto list = world_.kernel().mounts().List();
  EXPECT_EQ(list->back().fs_type, "ext4");
  EXPECT_FALSE(world_.MountedReadOnly(kStaging));
}

TEST_F(StageTest, ABlockVolumeIsBoundInTheStagingDirectory) {
  const std::string id = world_.MakeVolume(kBlock);
  ASSERT_TRUE(world_.Stage(world_.StageOf(id, kBlock)).ok());
  const std::string file = BlockStagingFile(kStaging);
  EXPECT_THAT(world_.MountedPaths(), ElementsAre(file));
  const auto bound = world_.kernel().files().Stat(file);
  const auto device = world_.kernel().files().Stat(world_.Device(id));
  EXPECT_EQ(bound->kind, os::FileKind::kBlockDevice);
  EXPECT_EQ(bound->device, device->device);
}

TEST_F(StageTest, SecondCallWithSameArgumentsIsOk) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string id = world.MakeVolume(type);
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(world.Stage(world.StageOf(id, type)).ok());
    }
    EXPECT_THAT(world.MountedPaths(), SizeIs(1));
    EXPECT_THAT(world.Loops(), SizeIs(1));
    world.RestartDaemon();
    EXPECT_TRUE(world.Stage(world.StageOf(id, type)).ok());
    EXPECT_THAT(world.MountedPaths(), SizeIs(1));
    EXPECT_THAT(world.Loops(), SizeIs(1));
  }
}

TEST_F(StageTest, AnUnknownVolumeIsNotFound) {
  EXPECT_EQ(world_.Stage(world_.StageOf("fake-vol-id")).code(),
            StatusCode::kNotFound);
}

TEST_F(StageTest, AnotherCapabilityThanTheVolumesIsRefused) {
  const std::string id = world_.MakeVolume(kMount);
  EXPECT_EQ(world_.Stage(world_.StageOf(id, kBlock)).code(),
            StatusCode::kFailedPrecondition);
  StageSpec xfs = world_.StageOf(id);
  xfs.capability.fs_type = "xfs";
  EXPECT_EQ(world_.Stage(xfs).code(), StatusCode::kFailedPrecondition);
  ExpectNothingStaged();

  StageSpec ext4 = world_.StageOf(id);
  ext4.capability.fs_type = "ext4";
  ASSERT_TRUE(world_.Stage(ext4).ok());
  EXPECT_EQ(world_.Stage(world_.StageOf(id, kBlock)).code(),
            StatusCode::kAlreadyExists);
  EXPECT_EQ(world_.Stage(xfs).code(), StatusCode::kAlreadyExists);
}

TEST_F(StageTest, TheReadOnlyFlagReachesTheSuperblockAndIsCompared) {
  const std::string id = world_.MakeVolume(kMount);
  StageSpec read_only = world_.StageOf(id);
  read_only.flags.attributes.read_only = true;
  ASSERT_TRUE(world_.Stage(read_only).ok());
  EXPECT_TRUE(world_.kernel().mounts().List()->back().file_system_read_only);
  EXPECT_TRUE(world_.Stage(read_only).ok());
  EXPECT_EQ(world_.Stage(world_.StageOf(id)).code(),
            StatusCode::kAlreadyExists);
}

TEST_F(StageTest, AnOptionThatTheKernelRefusesIsItsCallersMistake) {
  const std::string id = world_.MakeVolume(kMount);
  StageSpec spec = world_.StageOf(id);
  spec.flags.options = {{"no-such-option", ""}};
  const absl::Status status = world_.Stage(spec);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("Unknown parameter 'no-such-option'"));
  ExpectNothingStaged();
}

TEST_F(StageTest, AStagingPathThatIsNoDirectoryIsRefused) {
  const std::string id = world_.MakeVolume(kMount);
  world_.kernel().AddSymlink("/kubelet/link");
  for (const char* path : {"/kubelet/none", "/kubelet/link"}) {
    StageSpec spec = world_.StageOf(id);
    spec.staging_path = path;
    EXPECT_EQ(world_.Stage(spec).code(), StatusCode::kFailedPrecondition)
        << path;
  }
  ExpectNothingStaged();
}

TEST_F(StageTest, AForeignMountAtTheStagingPathIsLeftAlone) {
  for (const auto type : {kMount, kBlock}) {
    World world;
    const std::string other = world.MakeVolume(type, "other");
    ASSERT_TRUE(world.Stage(world.StageOf(other, type)).ok());
    const std::string id = world.MakeVolume(type);
    EXPECT_EQ(world.Stage(world.StageOf(id, type)).code(),
              StatusCode::kFailedPrecondition);
    EXPECT_THAT(world.MountedPaths(), SizeIs(1));
    EXPECT_THAT(world.Loops(), SizeIs(1));
    EXPECT_EQ(world.Device(id), "");
  }
}

TEST_F(StageTest, WhatIsInTheWayOfABlockDeviceIsRefusedAndLeft) {
  const std::string id = world_.MakeVolume(kBlock);
  world_.kernel().AddSymlink(BlockStagingFile(kStaging));
  EXPECT_EQ(world_.Stage(world_.StageOf(id, kBlock)).code(),
            StatusCode::kFailedPrecondition);
  EXPECT_TRUE(world_.Exists(BlockStagingFile(kStaging)));
  EXPECT_THAT(world_.Loops(), IsEmpty());
}

TEST_F(StageTest, AFileWithDataIsNotBoundOverAndAnEmptyOneIs) {
  const std::string id = world_.MakeVolume(kBlock);
  auto file = world_.kernel().files().Create(BlockStagingFile(kStaging));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(world_.Stage(world_.StageOf(id, kBlock)).ok());
  EXPECT_TRUE(world_.Unstage(id).ok());

  file = world_.kernel().files().Create(BlockStagingFile(kStaging));
  ASSERT_TRUE(world_.kernel().files().WriteAll(file->get(), "data").ok());
  EXPECT_EQ(world_.Stage(world_.StageOf(id, kBlock)).code(),
            StatusCode::kFailedPrecondition);
  EXPECT_THAT(world_.MountedPaths(), IsEmpty());
  EXPECT_THAT(world_.Loops(), IsEmpty());
}

TEST_F(StageTest, ADeviceLeftByACallThatWasCutOffIsAdopted) {
  const std::string id = world_.MakeVolume(kMount);
  Operation operation("test");
  ASSERT_TRUE(
      world_.backend().Attach(id, AttachMode::kReadWrite, operation).ok());
  world_.RestartDaemon();
  EXPECT_TRUE(world_.Stage(world_.StageOf(id)).ok());
  EXPECT_THAT(world_.Loops(), SizeIs(1));
}

TEST_F(StageTest, AWipedSuperblockIsDataLossAndNothingIsMade) {
  const std::string id = world_.MakeVolume(kMount);
  const auto formatted = world_.kernel().formatted_paths();
  world_.kernel().WipeSuperblock("/pool/volumes/" + id);
  EXPECT_EQ(world_.Stage(world_.StageOf(id)).code(), StatusCode::kDataLoss);
  EXPECT_EQ(world_.kernel().formatted_paths(), formatted);
  ExpectNothingStaged();
}

TEST_F(StageTest, AFileSystemWithErrorsIsRepairedOrRefusedWithTheCommand) {
  const std::string id = world_.MakeVolume(kMount);
  world_.kernel().EditSuperblock(
      "/pool/volumes/" + id,
      {.type = "ext4", .size_bytes = 256 * kMiB, .has_errors = true});
  {
    World world;
    const std::string other = world.MakeVolume(kMount);
    world.kernel().EditSuperblock(
        "/pool/volumes/" + other,
        {.type = "ext4", .size_bytes = 256 * kMiB, .has_errors = true});
    EXPECT_TRUE(world.Stage(world.StageOf(other)).ok());
  }
  world_.kernel().SetProgram("e2fsck", [](const std::vector<std::string>&) {
    return os::CommandResult{4, "errors left"};
  });
  const absl::Status status = world_.Stage(world_.StageOf(id));
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("e2fsck"));
  ExpectNothingStaged();
}

TEST_F(StageTest, AVolumeExpandedWhileUnmountedGrows) {
  for (const bool can_grow_mounted : {true, false}) {
    World world;
    world.kernel().SetCanGrowMountedExt4(can_grow_mounted);
    const std::string id = world.MakeVolume(kMount);
    ASSERT_TRUE(world.ExpandVolume(id, 512 * kMiB).ok());
    world.kernel().calls().Reset();
    ASSERT_TRUE(world.Stage(world.StageOf(id)).ok());
    EXPECT_EQ(world.FileSystemBytes(id), 512 * kMiB);
    EXPECT_EQ(world.kernel().calls().Count("Commands.Run"),
              can_grow_mounted ? 0 : 2);
    EXPECT_THAT(world.MountedPaths(), ElementsAre(kStaging));
  }
}

TEST_F(StageTest, AnXfsWhoseLogCannotBeReplayedToGrowItSaysSo) {
  const std::string id = MakeXfs();
  ASSERT_TRUE(world_.ExpandVolume(id, 600 * kMiB).ok());
  world_.kernel().calls().FailNext("Mounts.MountDevice", EUCLEAN);
  const absl::Status status = world_.Stage(world_.StageOf(id));
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("xfs_repair"));
}

// As by the e2fsck of a daemon that was killed.
TEST_F(StageTest, WhileSomethingHoldsTheDeviceAGrowthIsToBeTriedAgain) {
  world_.kernel().SetCanGrowMountedExt4(false);
  const std::string id = world_.MakeVolume(kMount);
  ASSERT_TRUE(world_.ExpandVolume(id, 512 * kMiB).ok());
  Operation operation("test");
  const auto device =
      world_.backend().Attach(id, backend::AttachMode::kReadWrite, operation);
  ASSERT_TRUE(device.ok()) << device.status();
  {
    const auto holder = world_.kernel().mounts().MountDevice(
        {.device = device->device_path, .fs_type = "ext4"});
    ASSERT_TRUE(holder.ok()) << holder.status();
    world_.kernel().calls().Reset();
    const absl::Status status = world_.Stage(world_.StageOf(id));
    EXPECT_EQ(status.code(), StatusCode::kUnavailable) << status;
    EXPECT_EQ(world_.kernel().calls().Count("Commands.Run"), 0);
  }
  EXPECT_TRUE(world_.Stage(world_.StageOf(id)).ok());
  EXPECT_EQ(world_.FileSystemBytes(id), 512 * kMiB);
}

TEST_F(StageTest, ASecondStagingPathSharesTheDevice) {
  const std::string id = world_.MakeVolume(kMount);
  ASSERT_TRUE(world_.Stage(world_.StageOf(id)).ok());
  world_.kernel().MakeDirectories("/kubelet/staging2");
  StageSpec second = world_.StageOf(id);
  second.staging_path = "/kubelet/staging2";
  EXPECT_TRUE(world_.Stage(second).ok());
  EXPECT_THAT(world_.Loops(), SizeIs(1));
  EXPECT_THAT(world_.MountedPaths(), SizeIs(2));
}

TEST_F(StageTest, WhatIsMountedElsewhereIsNotGrownByPrograms) {
  world_.kernel().SetCanGrowMountedExt4(false);
  const std::string id = world_.MakeVolume(kMount);
  ASSERT_TRUE(world_.Stage(world_.StageOf(id)).ok());
  EXPECT_FALSE(world_.ExpandVolume(id, 512 * kMiB).ok());
  world_.kernel().MakeDirectories("/kubelet/staging2");
  StageSpec second = world_.StageOf(id);
  second.staging_path = "/kubelet/staging2";
  world_.kernel().calls().Reset();
  EXPECT_TRUE(world_.Stage(second).ok());
  EXPECT_EQ(world_.kernel().calls().Count("Commands.Run"), 0);
}

TEST_F(StageTest, NoProgramRunsAndNothingIsScannedOnTheUsualPath) {
  const std::string id = world_.MakeVolume(kMount);
  world_.kernel().calls().Reset();
  ASSERT_TRUE(world_.Stage(world_.StageOf(id)).ok());
  ASSERT_TRUE(world_.Publish(world_.PublishOf(id)).ok());
  ASSERT_TRUE(world_.Unpublish(id).ok());
  ASSERT_TRUE(world_.Unstage(id).ok());
  EXPECT_EQ(world_.kernel().calls().Count("Commands.Run"), 0);
  EXPECT_EQ(world_.kernel().calls().Count("Mounts.List"), 0);
  EXPECT_EQ(world_.kernel().calls().Count("Mounts.ListOf"), 0);
  EXPECT_EQ(world_.kernel().calls().Count("LoopDevices.List"), 0);
}

TEST_F(StageTest, AnOperationPendingOnTheVolumeIsAborted) {
  const std::string id = world_.MakeVolume(kMount);
  Operation pending("DeleteVolume");
  const auto held = world_.locks().TryLock(id, pending);
  const absl::Status status = world_.Stage(world_.StageOf(id));
  EXPECT_EQ(status.code(), StatusCode::kAborted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("DeleteVolume"));
  EXPECT_EQ(world_.Unstage(id).code(), StatusCode::kAborted);
}

TEST_F(StageTest, ALateCallUndoesWhatItDid) {
  const std::string id = world_.MakeVolume(kMount);
  Operation late("NodeStageVolume", absl::InfinitePast());
  EXPECT_EQ(Staging(world_.parts(), world_.staging_paths())
                .Stage(world_.StageOf(id), late)
                .code(),
            StatusCode::kDeadlineExceeded);
  ExpectNothingStaged();
}

}  // namespace
}  // namespace holdfast::node
