// What the kernel remembers of a btrfs that it did not come to mount.

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "tests/os/linux_kernel_fixture.h"

namespace holdfast::os {
namespace {

class LinuxBtrfsTest : public LinuxKernelTest {
 protected:
  std::string BtrfsImage(const std::string& name) {
    const std::string image = Image(name, 256 * kMib);
    Run({"mkfs.btrfs", "-q", image});
    return image;
  }

  // A mount that fails after the kernel looked at the device and before it
  // opened it, as that of a killed process may.
  void FailToMount(int number) {
    const UniqueFd holder(
        open(LoopPath(number).c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
    ASSERT_TRUE(holder.valid());
    const auto mount = Mount(number, {.fs_type = "btrfs"});
    EXPECT_TRUE(IsErrno(mount.status(), EBUSY)) << mount.status();
  }

  // The device goes on with another file; false if another test took it.
  bool Exchange(int number, const std::string& image) {
    EXPECT_TRUE(kernel_.loops->Detach(number).ok());
    const auto fd = kernel_.files->Open(image, OpenMode::kReadWrite);
    EXPECT_TRUE(fd.ok()) << fd.status();
    return kernel_.loops
        ->Configure(number, fd->get(), {.name = "holdfast-os-test"})
        .ok();
  }
};

TEST_F(LinuxBtrfsTest, WhatFailedToMountOnADeviceIsForgotten) {
  const std::string failed = BtrfsImage("failed");
  const std::string image = BtrfsImage("one");
  const std::string clone = dir_ / "other";
  Run({"cp", "--sparse=always", image, clone});
  const auto one = Attach(image);
  ASSERT_TRUE(one.has_value());
  const auto mounted = Mount(*one, {.fs_type = "btrfs"});
  ASSERT_TRUE(mounted.ok()) << mounted.status();

  std::optional<int> number;
  do {
    number = Attach(failed);
    ASSERT_TRUE(number.has_value());
    FailToMount(*number);
  } while (!Exchange(*number, clone));
  const auto other = Mount(*number, {.fs_type = "btrfs"});
  if (IsErrno(other.status(), EEXIST)) {
    GTEST_SKIP() << "this kernel mounts no clone of a btrfs beside it";
  }
  EXPECT_TRUE(other.ok()) << other.status();
}

TEST_F(LinuxBtrfsTest, AMountedBtrfsIsSharedByTheNextMountOfItsDevice) {
  const auto number = Attach(BtrfsImage("image"));
  ASSERT_TRUE(number.has_value());
  const auto one = Mount(*number, {.fs_type = "btrfs"});
  const auto other = Mount(*number, {.fs_type = "btrfs"});
  ASSERT_TRUE(one.ok() && other.ok()) << one.status() << other.status();
  EXPECT_EQ(kernel_.data_files->Stat(one->get())->file_system,
            kernel_.data_files->Stat(other->get())->file_system);
}

}  // namespace
}  // namespace holdfast::os
