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

TEST_P(CommandsContract, ResizeOfWhatIsNoFileSystemEndsWithOne) {
  MakeFile(InPool("x"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), kVolumeBytes),
              IsOk());
  EXPECT_EQ(RunTool(commands(), {"resize2fs", InPool("x")}).exit_code, 1);
}

}  // namespace
}  // namespace holdfast::os
