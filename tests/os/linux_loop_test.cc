// Loop devices as only the kernel has them: direct I/O, a /dev without nodes.

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/os/linux_kernel_fixture.h"

namespace holdfast::os {
namespace {

class LinuxLoopTest : public LinuxKernelTest {};

TEST_F(LinuxLoopTest, LoopDeviceKeepsNameFileAndDirectIo) {
  const std::string image = Image("image", 16 * kMib);
  const std::string name =
      std::string("holdfast-os-test-") + std::string(46, 'x');
  ASSERT_EQ(name.size(), 63u);
  const auto number = Attach(image, {.name = name});
  ASSERT_TRUE(number.has_value());
  const auto status = kernel_.loops->GetStatus(*number);
  const auto file = kernel_.files->Stat(image);
  ASSERT_TRUE(status.ok() && file.ok());
  EXPECT_EQ(status->name, name);
  EXPECT_EQ(status->backing_inode, file->inode);
  EXPECT_EQ(status->backing_file_system, file->file_system);
  EXPECT_EQ(status->mode, LoopMode::kReadWrite);
  EXPECT_TRUE(status->direct_io);
  EXPECT_FALSE(status->autoclear);
  EXPECT_EQ(*kernel_.loops->Size(*number), 16 * kMib);
}

TEST_F(LinuxLoopTest, LoopNamesAreNeverCut) {
  const auto fd =
      kernel_.files->Open(Image("image", kMib), OpenMode::kReadWrite);
  const auto number = kernel_.loops->FindFree();
  ASSERT_TRUE(fd.ok() && number.ok());
  EXPECT_TRUE(IsErrno(kernel_.loops->Configure(*number, fd->get(),
                                               {.name = std::string(64, 'x')}),
                      ENAMETOOLONG));
}

TEST_F(LinuxLoopTest, ReadOnlyLoopDeviceRefusesWriters) {
  const auto number =
      Attach(Image("image", kMib), {.mode = LoopMode::kReadOnly});
  ASSERT_TRUE(number.has_value());
  EXPECT_EQ(kernel_.loops->GetStatus(*number)->mode, LoopMode::kReadOnly);
  // Kernels differ in whether the open or the write is refused.
  const auto device =
      kernel_.files->Open(LoopPath(*number), OpenMode::kReadWrite);
  EXPECT_TRUE(!device.ok() ||
              IsErrno(kernel_.files->WriteAll(device->get(), "x"), EPERM));
}

TEST_F(LinuxLoopTest, BlockSizeOfTheLoopDeviceIsAsAsked) {
  const auto number = Attach(Image("image", kMib), {.block_bytes = 512});
  ASSERT_TRUE(number.has_value());
  EXPECT_EQ(*kernel_.files->ReadFile(absl::StrCat("/sys/block/loop", *number,
                                                  "/queue/logical_block_size")),
            "512\n");
}

// The kernel keeps what was set for the number, and drops every flush. The
// number is one that nobody else takes.
TEST_F(LinuxLoopTest, FlushesArePassedOnWhateverWasSetForTheNumberBefore) {
  const int number = 100000 + getpid() % 100000;
  const auto fd =
      kernel_.files->Open(Image("image", kMib), OpenMode::kReadWrite);
  ASSERT_TRUE(fd.ok() && kernel_.loops->Add(number).ok());
  const std::string cache =
      absl::StrCat("/sys/block/loop", number, "/queue/write_cache");
  std::ofstream(cache) << "write through" << std::flush;
  EXPECT_TRUE(kernel_.loops->Configure(number, fd->get(), {}).ok());
  EXPECT_EQ(*kernel_.files->ReadFile(cache), "write back\n");
  EXPECT_TRUE(kernel_.loops->Detach(number).ok());
  while (IsErrno(kernel_.loops->Remove(number), EBUSY)) {
  }
}

// In a mount namespace whose /dev has nothing but loop-control, as in a
// container: true if Add made the node of `number` and it is the right one.
bool AddMakesTheNode(LoopDevices& loops, int number) {
  struct stat control = {};
  struct stat node = {};
  if (stat("/dev/loop-control", &control) != 0 || unshare(CLONE_NEWNS) != 0 ||
      mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("tmpfs", "/dev", "tmpfs", 0, nullptr) != 0 ||
      mknod("/dev/loop-control", S_IFCHR | 0600, control.st_rdev) != 0) {
    return false;
  }
  if (!loops.Add(number).ok() || !loops.Add(number).ok()) return false;
  return stat(LoopPath(number).c_str(), &node) == 0 && S_ISBLK(node.st_mode) &&
         major(node.st_rdev) == kLoopMajor && loops.GetStatus(number).ok();
}

TEST_F(LinuxLoopTest, AddMakesTheNodeWhereNobodyElseDoes) {
  const auto number = Attach(Image("image", kMib));
  ASSERT_TRUE(number.has_value());
  EXPECT_EXIT(_exit(AddMakesTheNode(*kernel_.loops, *number) ? 0 : 1),
              ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace holdfast::os
