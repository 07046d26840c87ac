#include "backend/volume_file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "base/status.h"
#include "tests/fakes/fake_kernel.h"

namespace holdfast::backend {
namespace {

using absl::StatusCode;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kMiB = int64_t{1} << 20;
constexpr char kFile[] = "/data/volume";
constexpr char kDevice[] = "/dev/loop0";

// A formatted file on loop device 0.
class VolumeFileSystemTest : public ::testing::Test {
 protected:
  VolumeFileSystemTest() {
    kernel_.AddDisk("/data");
    auto fd = kernel_.files().Create(kFile);
    EXPECT_TRUE(kernel_.data_files().Truncate(fd->get(), 256 * kMiB).ok());
    EXPECT_TRUE(
        kernel_.commands()
            .Run({"mkfs.ext4", "-b", "4096", kFile}, absl::InfiniteFuture())
            .ok());
    EXPECT_TRUE(
        kernel_.loops().Configure(0, fd->get(), {.name = "volume"}).ok());
    kernel_.calls().Reset();
  }
  ~VolumeFileSystemTest() override {
    EXPECT_THAT(kernel_.violations(), IsEmpty());
    EXPECT_EQ(kernel_.DetachedMounts(), 0);
  }

  void GrowDevice(int64_t size_bytes) {
    auto fd = kernel_.files().Open(kFile, os::OpenMode::kReadWrite);
    EXPECT_TRUE(kernel_.data_files().Truncate(fd->get(), size_bytes).ok());
    EXPECT_TRUE(kernel_.loops().UpdateSize(0).ok());
    device_.size_bytes = size_bytes;
  }

  int64_t FileSystemBytes() {
    return kernel_.file_systems().Probe(kFile)->size_bytes;
  }

  void MountAt(const std::string& path, const os::MountRequest& request) {
    kernel_.MakeDirectories(path);
    const auto mount = kernel_.mounts().MountDevice(request);
    ASSERT_TRUE(mount.ok()) << mount.status();
    EXPECT_TRUE(kernel_.mounts().Attach(mount->get(), path).ok());
  }
  void MountWithContextAt(const std::string& path) {
    MountAt(path, {.device = kDevice,
                   .fs_type = "ext4",
                   .options = {{"context", "u:r:t:s0:c1,c2"}}});
  }
  void CopyTo(const std::string& from, const std::string& to,
              const os::MountAttributes& attributes) {
    kernel_.MakeDirectories(to);
    const auto mount = kernel_.mounts().CloneMount(from);
    ASSERT_TRUE(mount.ok()) << mount.status();
    EXPECT_TRUE(kernel_.mounts().SetAttributes(mount->get(), attributes).ok());
    EXPECT_TRUE(kernel_.mounts().Attach(mount->get(), to).ok());
  }

  absl::Status GrowUnmounted() {
    const auto superblock = kernel_.file_systems().Probe(kFile);
    Operation operation("test");
    return file_systems_.GrowUnmounted(device_, *superblock, operation);
  }

  fakes::FakeKernel kernel_;
  VolumeFileSystem file_systems_{kernel_.files(), kernel_.mounts(),
                                 kernel_.file_systems(), kernel_.commands()};
  FormattedDevice device_{kDevice, "ext4", 256 * kMiB};
};

TEST_F(VolumeFileSystemTest, AWholeFileSystemPasses) {
  const auto superblock = file_systems_.Check(device_);
  ASSERT_TRUE(superblock.ok()) << superblock.status();
  EXPECT_EQ(superblock->type, "ext4");
  EXPECT_EQ(superblock->size_bytes, 256 * kMiB);
}

TEST_F(VolumeFileSystemTest, AWipedSuperblockIsDataLoss) {
  kernel_.WipeSuperblock(kFile);
  EXPECT_EQ(file_systems_.Check(device_).status().code(),
            StatusCode::kDataLoss);
}

TEST_F(VolumeFileSystemTest, AnotherTypeIsRefused) {
  kernel_.EditSuperblock(kFile, {.type = "xfs", .size_bytes = 256 * kMiB});
  EXPECT_EQ(file_systems_.Check(device_).status().code(),
            StatusCode::kFailedPrecondition);
}

TEST_F(VolumeFileSystemTest, NotedErrorsArePreenedBeforeAMount) {
  kernel_.EditSuperblock(
      kFile, {.type = "ext4", .size_bytes = 256 * kMiB, .has_errors = true});
  const auto superblock = file_systems_.Check(device_);
  ASSERT_TRUE(superblock.ok()) << superblock.status();
  EXPECT_FALSE(superblock->has_errors);
  EXPECT_EQ(kernel_.calls().Count("Commands.Run"), 1);
  EXPECT_TRUE(file_systems_.Check(device_).ok());
  EXPECT_EQ(kernel_.calls().Count("Commands.Run"), 1) << "it asks no more";
}

TEST_F(VolumeFileSystemTest, WhatPreeningDoesNotCorrectIsRefused) {
  kernel_.EditSuperblock(
      kFile, {.type = "ext4", .size_bytes = 256 * kMiB, .has_errors = true});
  for (const int exit_code : {0, 4}) {
    std::vector<std::string> seen;
    kernel_.SetProgram("e2fsck", [&](const std::vector<std::string>& argv) {
      seen = argv;
      return os::CommandResult{exit_code, "what it said"};
    });
    const absl::Status status = file_systems_.Check(device_).status();
    EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("e2fsck -f /dev/loop0"));
    EXPECT_EQ(seen, (std::vector<std::string>{"e2fsck", "-p", kDevice}));
  }
}

TEST_F(VolumeFileSystemTest, AnXfsThatNeedsRepairIsRefusedWithItsCommand) {
  kernel_.EditSuperblock(
      kFile, {.type = "xfs", .size_bytes = 256 * kMiB, .has_errors = true});
  device_.fs_type = "xfs";
  const absl::Status status = file_systems_.Check(device_).status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("xfs_repair /dev/loop"));
  EXPECT_EQ(kernel_.calls().Count("Commands.Run"), 0);
}

TEST_F(VolumeFileSystemTest, AnUnreadableSuperblockIsRefused) {
  for (const int error : {EIO, EUCLEAN}) {
    kernel_.calls().FailNext("FileSystems.ProbeFor", error);
    EXPECT_EQ(file_systems_.Check(device_).status().code(),
              StatusCode::kFailedPrecondition);
  }
  kernel_.calls().FailNext("FileSystems.ProbeFor", EMFILE);
  EXPECT_EQ(file_systems_.Check(device_).status().code(),
            StatusCode::kInternal);
}

TEST_F(VolumeFileSystemTest, FlushGoesThroughAMountThatNobodySees) {
  EXPECT_TRUE(file_systems_.Flush(device_).ok());
  EXPECT_EQ(kernel_.calls().Count("FileSystems.Sync"), 1);
  EXPECT_THAT(kernel_.MountedPaths(), IsEmpty());
}

TEST_F(VolumeFileSystemTest, AReadOnlySuperblockIsReachedByACopyOfItsMount) {
  MountAt("/mnt", {.device = kDevice, .fs_type = "ext4", .read_only = true});
  EXPECT_TRUE(file_systems_.Flush(device_).ok());
  EXPECT_EQ(kernel_.calls().Count("FileSystems.Sync"), 1);
  GrowDevice(512 * kMiB);
  const absl::Status grown = file_systems_.GrowMounted(device_);
  EXPECT_EQ(grown.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(grown.message()), HasSubstr("read-only"));
}

TEST_F(VolumeFileSystemTest, AReadOnlyOneThatFillsItsDeviceIsGrownAlready) {
  MountAt("/mnt", {.device = kDevice, .fs_type = "ext4", .read_only = true});
  EXPECT_TRUE(file_systems_.GrowMounted(device_).ok());
  EXPECT_EQ(kernel_.calls().Count("FileSystems.Grow"), 0);
}

TEST_F(VolumeFileSystemTest, ASecurityContextIsNoObstacle) {
  MountWithContextAt("/mnt");
  EXPECT_TRUE(file_systems_.Flush(device_).ok());
  EXPECT_EQ(kernel_.calls().Count("FileSystems.Sync"), 1);
  GrowDevice(512 * kMiB);
  EXPECT_TRUE(file_systems_.GrowMounted(device_).ok());
  EXPECT_EQ(FileSystemBytes(), 512 * kMiB);
}

TEST_F(VolumeFileSystemTest, GrowsThroughTheMountThatMayBeWritten) {
  MountWithContextAt("/writable");
  CopyTo("/writable", "/copy", {.read_only = true});
  ASSERT_TRUE(kernel_.mounts().Unmount("/writable").ok());
  GrowDevice(512 * kMiB);
  EXPECT_EQ(file_systems_.GrowMounted(device_).code(),
            StatusCode::kFailedPrecondition);
  MountWithContextAt("/writable");
  EXPECT_TRUE(file_systems_.GrowMounted(device_).ok());
}

TEST_F(VolumeFileSystemTest, AMountUnderAnotherIsNotTakenForIt) {
  MountWithContextAt("/mnt");
  CopyTo("/mnt", "/copy", {.read_only = true});
  CopyTo("/data", "/mnt", {});
  EXPECT_TRUE(file_systems_.Flush(device_).ok());
  const auto calls = kernel_.calls().List();
  const auto copied = std::find_if(
      calls.rbegin(), calls.rend(),
      [](const auto& call) { return call.name == "Mounts.CloneMount"; });
  EXPECT_EQ(copied->argument, "/copy");
}

TEST_F(VolumeFileSystemTest, WhatIsMountedOutOfSightIsRefusedInPlainWords) {
  GrowDevice(512 * kMiB);
  // Nobody finds a mount that has no place.
  const auto elsewhere = kernel_.mounts().MountDevice(
      {.device = kDevice, .fs_type = "ext4", .read_only = true});
  for (const auto& status :
       {file_systems_.Flush(device_), file_systems_.GrowMounted(device_)}) {
    EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()), HasSubstr("not visible"));
  }
}

TEST_F(VolumeFileSystemTest, MountsAreScannedOnlyWhenThereIsNoOtherWay) {
  EXPECT_TRUE(file_systems_.Flush(device_).ok());
  EXPECT_TRUE(file_systems_.GrowMounted(device_).ok());
  EXPECT_EQ(kernel_.calls().Count("Mounts.List"), 0);
}

TEST_F(VolumeFileSystemTest, GrowsMountedToItsDevice) {
  GrowDevice(512 * kMiB);
  EXPECT_TRUE(file_systems_.GrowMounted(device_).ok());
  EXPECT_EQ(FileSystemBytes(), 512 * kMiB);
  EXPECT_EQ(kernel_.calls().Count("Commands.Run"), 0);
}

// What is left of it to be done, the superblock does not tell.
TEST_F(VolumeFileSystemTest, AKilledGrowthOfAnXfsIsEndedByItsRepetition) {
  kernel_.EditSuperblock(kFile, {.type = "xfs", .size_bytes = 256 * kMiB});
  device_.fs_type = "xfs";
  const auto mount = kernel_.mounts().MountDevice(
      {.device = kDevice, .fs_type = "xfs", .options = {{"nouuid", ""}}});
  ASSERT_TRUE(mount.ok()) << mount.status();
  GrowDevice(512 * kMiB);
  EXPECT_TRUE(file_systems_.GrowMounted(device_).ok());
  kernel_.calls().Reset();
  EXPECT_TRUE(file_systems_.GrowMounted(device_).ok());
  EXPECT_EQ(kernel_.calls().Count("FileSystems.Grow"), 1);
  EXPECT_EQ(FileSystemBytes(), 512 * kMiB);
}

TEST_F(VolumeFileSystemTest, WithoutTheCapabilityTheRefusalNamesIt) {
  kernel_.SetCanGrowMountedExt4(false);
  GrowDevice(512 * kMiB);
  const absl::Status status = file_systems_.GrowMounted(device_);
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("CAP_SYS_RESOURCE"));
  EXPECT_EQ(FileSystemBytes(), 256 * kMiB);
}

TEST_F(VolumeFileSystemTest, OtherRefusalsOfTheKernelArePreconditions) {
  GrowDevice(512 * kMiB);
  for (const int error : {EBUSY, EROFS, EOPNOTSUPP}) {
    kernel_.calls().FailNext("FileSystems.Grow", error);
    EXPECT_EQ(file_systems_.GrowMounted(device_).code(),
              StatusCode::kFailedPrecondition);
  }
  for (const int error : {EBUSY, EUCLEAN}) {
    kernel_.calls().FailNext("Mounts.MountDevice", error);
    EXPECT_EQ(file_systems_.GrowMounted(device_).code(),
              StatusCode::kFailedPrecondition);
  }
  kernel_.calls().FailNext("FileSystems.Grow", EIO);
  EXPECT_EQ(file_systems_.GrowMounted(device_).code(), StatusCode::kInternal);
  kernel_.calls().FailNext("FileSystems.Grow", ENOSPC);
  EXPECT_EQ(file_systems_.GrowMounted(device_).code(),
            StatusCode::kResourceExhausted);
}

TEST_F(VolumeFileSystemTest, ARestOfNoUseIsNoReasonToRefuse) {
  kernel_.SetCanGrowMountedExt4(false);
  GrowDevice(262 * kMiB);
  EXPECT_TRUE(file_systems_.GrowMounted(device_).ok());
  EXPECT_EQ(kernel_.calls().Count("FileSystems.Grow"), 0);
}

TEST_F(VolumeFileSystemTest, GrowsUnmountedWithTwoProgramsInOrder) {
  kernel_.SetCanGrowMountedExt4(false);
  GrowDevice(512 * kMiB);
  EXPECT_TRUE(GrowUnmounted().ok());
  EXPECT_EQ(FileSystemBytes(), 512 * kMiB);
  std::vector<std::string> programs;
  for (const auto& call : kernel_.calls().List()) {
    if (call.name == "Commands.Run") programs.push_back(call.argument);
  }
  ASSERT_EQ(programs.size(), 2u);
  EXPECT_THAT(programs[0], HasSubstr("e2fsck"));
  EXPECT_THAT(programs[1], HasSubstr("resize2fs"));
}

TEST_F(VolumeFileSystemTest, NoDeadlineEndsAGrowthOnItsWay) {
  GrowDevice(512 * kMiB);
  const auto superblock = kernel_.file_systems().Probe(kFile);
  Operation late("test", absl::InfinitePast());
  EXPECT_TRUE(file_systems_.GrowUnmounted(device_, *superblock, late).ok());
  EXPECT_EQ(FileSystemBytes(), 512 * kMiB);
}

TEST_F(VolumeFileSystemTest, NoProgramIsStartedForAFullDevice) {
  EXPECT_TRUE(GrowUnmounted().ok());
  EXPECT_EQ(kernel_.calls().Count("Commands.Run"), 0);
}

TEST_F(VolumeFileSystemTest, WhatE2fsckCorrectsIsFineAndTheRestIsRefused) {
  GrowDevice(512 * kMiB);
  int exit_code = 1;
  kernel_.SetProgram("e2fsck", [&](const std::vector<std::string>&) {
    return os::CommandResult{exit_code, "what it said"};
  });
  EXPECT_TRUE(GrowUnmounted().ok());
  GrowDevice(1024 * kMiB);
  for (const int worse : {2, 4, 8, 12}) {
    exit_code = worse;
    const absl::Status status = GrowUnmounted();
    EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(
        std::string(status.message()),
        AllOf(HasSubstr("what it said"), HasSubstr("e2fsck -f /dev/loop0")));
    EXPECT_EQ(FileSystemBytes(), 512 * kMiB);
  }
}

TEST_F(VolumeFileSystemTest, AFailedResizeIsRefused) {
  GrowDevice(512 * kMiB);
  kernel_.SetProgram("resize2fs", [](const std::vector<std::string>&) {
    return os::CommandResult{1, "no"};
  });
  EXPECT_EQ(GrowUnmounted().code(), StatusCode::kFailedPrecondition);
}

TEST_F(VolumeFileSystemTest, MissingProgramsAreNamed) {
  GrowDevice(512 * kMiB);
  kernel_.calls().FailNext("Commands.Run", ENOENT);
  const absl::Status status = GrowUnmounted();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("e2fsprogs"));
}

TEST_F(VolumeFileSystemTest, AMountedDeviceIsNotTouchedByPrograms) {
  GrowDevice(512 * kMiB);
  const auto mount =
      kernel_.mounts().MountDevice({.device = kDevice, .fs_type = "ext4"});
  EXPECT_EQ(GrowUnmounted().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(FileSystemBytes(), 256 * kMiB);
}

TEST_F(VolumeFileSystemTest, OnlyExtGrowsUnmounted) {
  GrowDevice(512 * kMiB);
  device_.fs_type = "xfs";
  EXPECT_EQ(GrowUnmounted().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(kernel_.calls().Count("Commands.Run"), 0);
}

TEST_F(VolumeFileSystemTest, NoStepFormats) {
  GrowDevice(512 * kMiB);
  kernel_.WipeSuperblock(kFile);
  EXPECT_FALSE(file_systems_.Check(device_).ok());
  EXPECT_FALSE(file_systems_.GrowMounted(device_).ok());
  EXPECT_FALSE(GrowUnmounted().ok());
  // The one of the set-up.
  EXPECT_EQ(kernel_.formatted_paths().size(), 1u);
}

bool Fills(int64_t file_system_bytes, int64_t device_bytes) {
  return FillsDevice({.type = "ext4", .size_bytes = file_system_bytes},
                     {.fs_type = "ext4", .size_bytes = device_bytes});
}

TEST(FillsDeviceTest, ARestThatExt4CannotUseDoesNotCount) {
  EXPECT_TRUE(Fills(256 * kMiB, 256 * kMiB));
  EXPECT_TRUE(Fills(256 * kMiB - 512, 256 * kMiB));
  EXPECT_FALSE(Fills(256 * kMiB - 4096, 256 * kMiB));
  // After a full group there is no room for the tables of another one.
  EXPECT_TRUE(Fills(256 * kMiB, 257 * kMiB));
  // Tables for an inode in each 4 KiB, of a volume that was made small.
  EXPECT_TRUE(Fills(256 * kMiB, 262 * kMiB));
  EXPECT_FALSE(Fills(256 * kMiB, 266 * kMiB));
  // The last group is not full: every block counts.
  EXPECT_FALSE(Fills(200 * kMiB, 201 * kMiB));
}

}  // namespace
}  // namespace holdfast::backend
