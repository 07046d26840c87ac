#include "os/linux_file_systems.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "base/status.h"
#include "base/unique_fd.h"
#include "os/linux_commands.h"
#include "tests/os/temp_dir.h"

namespace holdfast::os {
namespace {

constexpr char kUuid[] = "5f0c6a1e-2b1d-4c53-9f0e-3d1a3f2b7c11";
constexpr int64_t kSize = int64_t{8} << 20;

class LinuxFileSystemsTest : public ::testing::Test {
 protected:
  LinuxFileSystemsTest() : image_(dir_ / "image") { Grow(image_, kSize); }

  static void Grow(const std::string& path, int64_t bytes) {
    std::ofstream(path, std::ios::app);
    std::filesystem::resize_file(path, static_cast<uintmax_t>(bytes));
  }
  void Run(const std::vector<std::string>& argv) {
    LinuxCommands commands(metrics_);
    const auto result = commands.Run(argv, absl::Now() + absl::Minutes(1));
    ASSERT_TRUE(result.ok()) << result.status();
    ASSERT_EQ(result->exit_code, 0) << result->output;
  }
  // An ext file system whose superblock a test may change: no checksum.
  void MakeExt(const std::string& type) {
    Run({"mke2fs", "-q", "-F", "-t", type, "-O", "^metadata_csum", "-U", kUuid,
         image_});
  }
  void Write(int64_t offset, const std::string& bytes) {
    std::fstream file(image_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset).write(bytes.data(),
                             static_cast<std::streamsize>(bytes.size()));
  }

  Metrics metrics_;
  LinuxFileSystems file_systems_{metrics_};
  TempDir dir_;
  const std::string image_;
};

TEST_F(LinuxFileSystemsTest, FileOfHolesHasNoSuperblock) {
  const auto found = file_systems_.Probe(image_);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->type, "");
  EXPECT_EQ(found->uuid, "");
}

TEST_F(LinuxFileSystemsTest, EmptyFileHasNoSuperblock) {
  std::ofstream(dir_ / "empty").flush();
  const auto found = file_systems_.Probe(dir_ / "empty");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->type, "");
}

TEST_F(LinuxFileSystemsTest, Ext4TellsTypeUuidAndSize) {
  MakeExt("ext4");
  const auto found = file_systems_.Probe(image_);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->type, "ext4");
  EXPECT_EQ(found->uuid, kUuid);
  EXPECT_EQ(found->size_bytes, kSize);
  EXPECT_FALSE(found->has_errors);
}

TEST_F(LinuxFileSystemsTest, SizeIsThatOfTheFileSystemNotOfTheDevice) {
  MakeExt("ext4");
  Grow(image_, 4 * kSize);
  EXPECT_EQ(file_systems_.Probe(image_)->size_bytes, kSize);
}

TEST_F(LinuxFileSystemsTest, OlderKindsOfExtAreToldApart) {
  MakeExt("ext2");
  EXPECT_EQ(file_systems_.Probe(image_)->type, "ext2");
  EXPECT_EQ(file_systems_.Probe(image_)->size_bytes, kSize);
  Run({"tune2fs", "-j", image_});
  EXPECT_EQ(file_systems_.Probe(image_)->type, "ext3");
}

TEST_F(LinuxFileSystemsTest, NotedErrorsAreTold) {
  MakeExt("ext4");
  Write(1024 + 0x3a, std::string("\x03\x00", 2));
  EXPECT_TRUE(file_systems_.Probe(image_)->has_errors);
}

TEST_F(LinuxFileSystemsTest, TwoSignaturesAreRefused) {
  Grow(dir_ / "xfs", int64_t{300} << 20);
  Run({"mkfs.xfs", "-q", dir_ / "xfs"});
  ASSERT_EQ(file_systems_.Probe(dir_ / "xfs")->type, "xfs");
  std::string xfs_superblock(512, '\0');
  std::ifstream(dir_ / "xfs", std::ios::binary)
      .read(xfs_superblock.data(), 512);
  Grow(image_, int64_t{300} << 20);
  MakeExt("ext4");
  Write(0, xfs_superblock);
  EXPECT_TRUE(IsErrno(file_systems_.Probe(image_).status(), EUCLEAN));
}

TEST_F(LinuxFileSystemsTest, MissingDeviceCarriesTheErrno) {
  EXPECT_TRUE(IsErrno(file_systems_.Probe(dir_ / "none").status(), ENOENT));
}

TEST_F(LinuxFileSystemsTest, SyncTakesAnyDescriptorOfTheFileSystem) {
  const UniqueFd fd(open(image_.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_TRUE(file_systems_.Sync(fd.get()).ok());
  EXPECT_TRUE(IsErrno(file_systems_.Sync(-1), EBADF));
}

TEST_F(LinuxFileSystemsTest, OnlyKnownTypesAreGrown) {
  const UniqueFd fd(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  EXPECT_TRUE(IsErrno(file_systems_.Grow(fd.get(), "jfs", kSize), EOPNOTSUPP));
  EXPECT_TRUE(IsErrno(file_systems_.Grow(fd.get(), "", kSize), EOPNOTSUPP));
  for (const char* type : {"ext3", "ext4", "xfs", "btrfs"}) {
    EXPECT_TRUE(IsErrno(file_systems_.Grow(fd.get(), type, kSize), ENOTTY));
  }
}

}  // namespace
}  // namespace holdfast::os
