// What only the kernel can show and no fake has: its own words in errors,
// direct I/O, a /dev without nodes. Needs root, loop devices, e2fsprogs and
// xfsprogs.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "os/kernel.h"
#include "tests/os/temp_dir.h"

namespace holdfast::os {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int64_t kMib = int64_t{1} << 20;

std::string Text(const absl::Status& status) {
  return std::string(status.message());
}

class LinuxKernelTest : public ::testing::Test {
 protected:
  LinuxKernelTest() : kernel_(LinuxKernel(metrics_)) {}

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
  }

  ~LinuxKernelTest() override {
    std::vector<MountPoint> mounts =
        kernel_.mounts->List().value_or(std::vector<MountPoint>());
    for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount) {
      if (absl::StartsWith(mount->path, dir_.path())) {
        umount2(mount->path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
      }
    }
    for (const int number : attached_) Release(number);
  }

  void Run(const std::vector<std::string>& argv) {
    const auto result =
        kernel_.commands->Run(argv, absl::Now() + absl::Minutes(1));
    ASSERT_TRUE(result.ok()) << result.status();
    ASSERT_EQ(result->exit_code, 0) << result->output;
  }

  std::string Image(const std::string& name, int64_t bytes) {
    std::ofstream(dir_ / name).flush();
    std::filesystem::resize_file(dir_ / name, static_cast<uintmax_t>(bytes));
    return dir_ / name;
  }

  // Attaches `image`; another test may take the free number first.
  std::optional<int> Attach(const std::string& image, LoopConfig config = {}) {
    if (config.name.empty()) config.name = "holdfast-os-test";
    for (int tries = 0; tries < 50; ++tries) {
      const auto fd = kernel_.files->Open(image, OpenMode::kReadWrite);
      const auto number = kernel_.loops->FindFree();
      if (!fd.ok() || !number.ok()) break;
      const absl::Status status =
          kernel_.loops->Configure(*number, fd->get(), config);
      if (status.ok()) {
        attached_.push_back(*number);
        return *number;
      }
      if (!IsErrno(status, EBUSY)) {
        ADD_FAILURE() << status;
        break;
      }
    }
    ADD_FAILURE() << "could not attach " << image;
    return std::nullopt;
  }

  // An ext4 of `bytes` on a loop device whose file may grow.
  std::optional<int> AttachExt4(int64_t bytes) {
    const std::string image = Image("ext4", bytes);
    Run({"mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", image});
    return Attach(image);
  }

  absl::StatusOr<UniqueFd> Mount(int number, MountRequest request = {}) {
    request.device = LoopPath(number);
    if (request.fs_type.empty()) request.fs_type = "ext4";
    return kernel_.mounts->MountDevice(request);
  }

  // Detaches unless somebody else has the number by now.
  void Release(int number) {
    const auto status = kernel_.loops->GetStatus(number);
    if (status.ok() && absl::StartsWith(status->name, "holdfast-os-test")) {
      kernel_.loops->Detach(number).IgnoreError();
    }
  }

  Metrics metrics_;
  Kernel kernel_;
  TempDir dir_;
  std::vector<int> attached_;
};

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

TEST_F(LinuxKernelTest, LoopDeviceKeepsNameFileAndDirectIo) {
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

TEST_F(LinuxKernelTest, LoopNamesAreNeverCut) {
  const auto fd =
      kernel_.files->Open(Image("image", kMib), OpenMode::kReadWrite);
  const auto number = kernel_.loops->FindFree();
  ASSERT_TRUE(fd.ok() && number.ok());
  EXPECT_TRUE(IsErrno(kernel_.loops->Configure(*number, fd->get(),
                                               {.name = std::string(64, 'x')}),
                      ENAMETOOLONG));
}

TEST_F(LinuxKernelTest, ReadOnlyLoopDeviceRefusesWriters) {
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

TEST_F(LinuxKernelTest, BlockSizeOfTheLoopDeviceIsAsAsked) {
  const auto number = Attach(Image("image", kMib), {.block_bytes = 512});
  ASSERT_TRUE(number.has_value());
  EXPECT_EQ(*kernel_.files->ReadFile(absl::StrCat("/sys/block/loop", *number,
                                                  "/queue/logical_block_size")),
            "512\n");
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

TEST_F(LinuxKernelTest, AddMakesTheNodeWhereNobodyElseDoes) {
  const auto number = Attach(Image("image", kMib));
  ASSERT_TRUE(number.has_value());
  EXPECT_EXIT(_exit(AddMakesTheNode(*kernel_.loops, *number) ? 0 : 1),
              ::testing::ExitedWithCode(0), "");
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
