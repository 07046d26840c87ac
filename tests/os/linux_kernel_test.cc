// What only the kernel can show and no fake has: its own words in errors, what
// it says of mounts. Needs root, loop devices, e2fsprogs and xfsprogs.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/os/linux_kernel_fixture.h"

namespace holdfast::os {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string Text(const absl::Status& status) {
  return std::string(status.message());
}

TEST_F(LinuxKernelTest, UnknownMountOptionFailsWithTheKernelsWords) {
  const auto number = AttachExt4(16 * kMib);
  ASSERT_TRUE(number.has_value());
  const absl::Status status =
      Mount(*number, {.options = {{"bogus", "1"}}}).status();
  EXPECT_TRUE(IsErrno(status, EINVAL));
  EXPECT_THAT(Text(status), AllOf(HasSubstr(LoopPath(*number)),
                                  HasSubstr("ext4"), HasSubstr("bogus")));
  EXPECT_THAT(Text(status), HasSubstr("Unknown parameter"));
}

TEST_F(LinuxKernelTest, SuperblockHasOneReadOnlyStateOnly) {
  const auto number = AttachExt4(16 * kMib);
  ASSERT_TRUE(number.has_value());
  const auto mount = Mount(*number);
  ASSERT_TRUE(mount.ok()) << mount.status();
  EXPECT_TRUE(IsErrno(Mount(*number, {.read_only = true}).status(), EBUSY));
}

TEST_F(LinuxKernelTest, MountFlagsArriveInMountinfo) {
  const auto number = AttachExt4(16 * kMib);
  ASSERT_TRUE(number.has_value());
  const std::string path = dir_ / "a b";
  ASSERT_TRUE(kernel_.files->MakeDirectory(path).ok());
  {
    const auto mount =
        Mount(*number, {.options = {{"noauto_da_alloc", ""}},
                        .attributes = {.nosuid = true, .noatime = true}});
    ASSERT_TRUE(mount.ok()) << mount.status();
    ASSERT_TRUE(kernel_.mounts
                    ->SetAttributes(mount->get(), {.read_only = true,
                                                   .nodev = true,
                                                   .noexec = true,
                                                   .nodiratime = true,
                                                   .strictatime = true})
                    .ok());
    ASSERT_TRUE(kernel_.mounts->Attach(mount->get(), path).ok());
  }
  const std::string text = *kernel_.files->ReadFile("/proc/self/mountinfo");
  const size_t start = text.find(absl::StrCat(dir_.path(), "/a\\040b "));
  ASSERT_NE(start, std::string::npos);
  const std::string line = text.substr(start, text.find('\n', start) - start);
  EXPECT_THAT(line, HasSubstr(" ro,nosuid,nodev,noexec,nodiratime "));
  EXPECT_THAT(line, HasSubstr(" rw,"));  // the superblock is not
  EXPECT_THAT(line, HasSubstr("noauto_da_alloc"));
  EXPECT_TRUE(kernel_.files->Stat(path)->is_mount_root);
}

TEST_F(LinuxKernelTest, FileSystemIsSyncedThroughADetachedMount) {
  const auto number = AttachExt4(16 * kMib);
  ASSERT_TRUE(number.has_value());
  const auto mount = Mount(*number);
  ASSERT_TRUE(mount.ok()) << mount.status();
  const absl::Status synced = kernel_.file_systems->Sync(mount->get());
  EXPECT_TRUE(synced.ok()) << synced;
}

TEST_F(LinuxKernelTest, GrowingToTheSameSizeNeedsNoCapability) {
  const auto number = AttachExt4(16 * kMib);
  ASSERT_TRUE(number.has_value());
  const auto mount = Mount(*number);
  ASSERT_TRUE(mount.ok()) << mount.status();
  EXPECT_TRUE(kernel_.file_systems->Grow(mount->get(), "ext4", 16 * kMib).ok());
}

TEST_F(LinuxKernelTest, Ext4GrowsMountedOrLacksTheCapability) {
  const auto number = AttachExt4(16 * kMib);
  ASSERT_TRUE(number.has_value());
  const auto mount = Mount(*number);
  ASSERT_TRUE(mount.ok()) << mount.status();
  std::filesystem::resize_file(dir_ / "ext4", 32 * kMib);
  ASSERT_TRUE(kernel_.loops->UpdateSize(*number).ok());
  ASSERT_EQ(*kernel_.loops->Size(*number), 32 * kMib);
  const absl::Status grown =
      kernel_.file_systems->Grow(mount->get(), "ext4", 32 * kMib);
  const auto found = kernel_.file_systems->Probe(LoopPath(*number));
  ASSERT_TRUE(found.ok()) << found.status();
  if (grown.ok()) {
    EXPECT_EQ(found->size_bytes, 32 * kMib);
  } else {
    EXPECT_TRUE(IsErrno(grown, EPERM)) << grown;
    EXPECT_EQ(found->size_bytes, 16 * kMib);
  }
}

TEST_F(LinuxKernelTest, AttributesLargerThanUsualAreReadWhole) {
  const std::string image = Image("xfs", 400 * kMib);
  Run({"mkfs.xfs", "-q", "-s", "size=4096", image});
  const auto number = Attach(image);
  ASSERT_TRUE(number.has_value());
  const std::string path = dir_ / "mnt";
  ASSERT_TRUE(kernel_.files->MakeDirectory(path).ok());
  {
    const auto mount = Mount(*number, {.fs_type = "xfs"});
    ASSERT_TRUE(mount.ok()) << mount.status();
    ASSERT_TRUE(kernel_.mounts->Attach(mount->get(), path).ok());
  }
  const auto file = kernel_.files->Create(path + "/a");
  ASSERT_TRUE(file.ok()) << file.status();
  const std::string value(60000, 'v');
  ASSERT_TRUE(
      kernel_.data_files->SetAttribute(file->get(), "user.a", value).ok());
  EXPECT_EQ(*kernel_.data_files->GetAttribute(path + "/a", "user.a"), value);
  EXPECT_EQ(kernel_.files->StatFileSystem(path)->type, "xfs");
}

TEST_F(LinuxKernelTest, BlockedLeaseSignalLeavesAHolderAlive) {
  const std::string image = Image("image", kMib);
  EXPECT_EXIT(
      {
        BlockLeaseSignal();
        const UniqueFd fd(open(image.c_str(), O_RDWR | O_CLOEXEC));
        fcntl(fd.get(), F_SETLEASE, F_WRLCK);
        // Breaks the lease: this process is sent SIGIO at once, and would die
        // of it before this answers.
        const int other = open(image.c_str(), O_RDONLY | O_NONBLOCK);
        _exit(other < 0 && errno == EWOULDBLOCK ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace holdfast::os
