// The programs that the driver starts, as far as it relies on them.

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/contract/os/contract.h"

namespace holdfast::os {
namespace {

using ::testing::HasSubstr;

CommandResult RunTool(Commands& commands,
                      const std::vector<std::string>& argv) {
  const auto result = commands.Run(argv, absl::Now() + absl::Minutes(1));
  EXPECT_THAT(result.status(), IsOk());
  return result.value_or(CommandResult{.exit_code = -1});
}

TEST_P(CommandsContract, UnknownProgramIsNotThere) {
  EXPECT_THAT(commands().Run({"no-such-program"}, absl::InfiniteFuture()),
              HasErrno(ENOENT));
}

TEST_P(CommandsContract, MkfsTellsItsVersion) {
  const auto result = RunTool(commands(), {"mkfs.ext4", "-V"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, HasSubstr("mke2fs"));
}

TEST_P(CommandsContract, MkfsMakesAFileSystemOfTheFilesSize) {
  MakeVolume(InPool("x"));
  EXPECT_EQ(Value(file_systems().Probe(InPool("x"))).size_bytes, kVolumeBytes);
  EXPECT_FALSE(Value(data_files().IsBlank(Open(InPool("x")).get())));
}

TEST_P(CommandsContract, MkfsOfWhatIsNotThereFails) {
  EXPECT_EQ(
      RunTool(commands(), {"mkfs.ext4", "-q", "-F", InPool("no/x")}).exit_code,
      1);
}

TEST_P(CommandsContract, MkfsTakesTheUuidItIsGiven) {
  MakeFile(InPool("x"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), kVolumeBytes),
              IsOk());
  const std::string uuid = "01234567-89ab-4cde-8f01-23456789abcd";
  ASSERT_EQ(
      RunTool(commands(), {"mkfs.ext4", "-q", "-F", "-U", uuid, InPool("x")})
          .exit_code,
      0);
  EXPECT_EQ(Value(file_systems().Probe(InPool("x"))).uuid, uuid);
}

TEST_P(CommandsContract, CheckOfACleanFileSystemEndsWithZero) {
  MakeVolume(InPool("x"));
  EXPECT_EQ(RunTool(commands(), {"e2fsck", "-f", "-p", InPool("x")}).exit_code,
            0);
}

TEST_P(CommandsContract, CheckOfWhatIsNoFileSystemEndsWithEight) {
  MakeFile(InPool("x"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), kVolumeBytes),
              IsOk());
  EXPECT_EQ(RunTool(commands(), {"e2fsck", "-f", "-p", InPool("x")}).exit_code,
            8);
  EXPECT_EQ(RunTool(commands(), {"e2fsck", "-f", "-p", InPool("no")}).exit_code,
            8);
}

TEST_P(CommandsContract, CheckOfAMountedDeviceEndsWithEight) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  MountAt(number, InPool("m"));
  EXPECT_EQ(RunTool(commands(),
                    {"e2fsck", "-f", "-p", absl::StrCat("/dev/loop", number)})
                .exit_code,
            8);
}

TEST_P(CommandsContract, ResizeGrowsToTheSizeOfTheDevice) {
  MakeVolume(InPool("x"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), 2 * kVolumeBytes),
              IsOk());
  const std::string device = absl::StrCat("/dev/loop", AttachLoop(InPool("x")));
  ASSERT_EQ(RunTool(commands(), {"e2fsck", "-f", "-p", device}).exit_code, 0);
  EXPECT_EQ(RunTool(commands(), {"resize2fs", device}).exit_code, 0);
  EXPECT_EQ(Value(file_systems().Probe(device)).size_bytes, 2 * kVolumeBytes);
}

// Without the check resize2fs refuses, but only if the mount was in a later
// second than mkfs: the fake always refuses (tests/fakes).
TEST_P(CommandsContract, ResizeAfterAMountAndACheckWorks) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  const std::string device = absl::StrCat("/dev/loop", number);
  MountAt(number, InPool("m"));
  ASSERT_THAT(mounts().Unmount(InPool("m")), IsOk());
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), 2 * kVolumeBytes),
              IsOk());
  ASSERT_THAT(loops().UpdateSize(number), IsOk());
  EXPECT_EQ(RunTool(commands(), {"e2fsck", "-f", "-p", device}).exit_code, 0);
  EXPECT_EQ(RunTool(commands(), {"resize2fs", device}).exit_code, 0);
  EXPECT_EQ(Value(file_systems().Probe(device)).size_bytes, 2 * kVolumeBytes);
}

TEST_P(CommandsContract, CheckReplaysTheJournalOfAClone) {
  MakeVolume(InPool("x"));
  MountAt(AttachLoop(InPool("x")), InPool("m"));
  MakeFile(InPool("m/file"), "text");
  ASSERT_THAT(
      file_systems().Sync(Open(InPool("m"), OpenMode::kDirectory).get()),
      IsOk());
  MakeFile(InPool("y"));
  ASSERT_THAT(
      data_files().Clone(Open(InPool("y")).get(), Open(InPool("x")).get()),
      IsOk());
  // Exit code 1: what it corrected was the free count, if anything.
  EXPECT_LE(RunTool(commands(), {"e2fsck", "-f", "-p", InPool("y")}).exit_code,
            1);
  const int number = AttachLoop(InPool("y"), {.mode = LoopMode::kReadOnly});
  EXPECT_THAT(mounts()
                  .MountDevice({.device = absl::StrCat("/dev/loop", number),
                                .fs_type = "ext4",
                                .read_only = true})
                  .status(),
              IsOk());
}

TEST_P(CommandsContract, ResizeOfAMountedDeviceNeedsTheCapability) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  const std::string device = absl::StrCat("/dev/loop", number);
  MountAt(number, InPool("m"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), 2 * kVolumeBytes),
              IsOk());
  ASSERT_THAT(loops().UpdateSize(number), IsOk());
  EXPECT_EQ(RunTool(commands(), {"resize2fs", device}).exit_code,
            world_->CanGrowMountedExt4() ? 0 : 1);
}

TEST_P(CommandsContract, ResizeOfWhatIsNoFileSystemEndsWithOne) {
  MakeFile(InPool("x"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), kVolumeBytes),
              IsOk());
  EXPECT_EQ(RunTool(commands(), {"resize2fs", InPool("x")}).exit_code, 1);
}

}  // namespace
}  // namespace holdfast::os
