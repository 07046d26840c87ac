// What the contract suite, which the fakes share, cannot ask: permissions,
// descriptor flags, symlinks that are there already, files of /proc.

#include "os/linux_files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "base/status.h"
#include "tests/os/temp_dir.h"

namespace holdfast::os {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class LinuxFilesTest : public ::testing::Test {
 protected:
  std::string Made(const std::string& name) {
    const auto fd = files_.Create(dir_ / name);
    EXPECT_TRUE(fd.ok()) << fd.status();
    return dir_ / name;
  }

  Metrics metrics_;
  LinuxFiles files_{metrics_};
  TempDir dir_;
};

int ModeOf(const std::string& path) {
  return static_cast<int>(fs::status(path).permissions());
}

bool IsCloseOnExec(int fd) { return (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0; }

TEST_F(LinuxFilesTest, DataFilesAreForTheOwnerOnly) {
  EXPECT_EQ(ModeOf(Made("a")), 0600);
  const auto unnamed = files_.CreateUnnamed(dir_.path());
  ASSERT_TRUE(unnamed.ok()) << unnamed.status();
  ASSERT_TRUE(files_.Link(unnamed->get(), dir_ / "b").ok());
  EXPECT_EQ(ModeOf(dir_ / "b"), 0600);
}

TEST_F(LinuxFilesTest, DirectoriesAreNotForOthers) {
  ASSERT_TRUE(files_.MakeDirectory(dir_ / "d").ok());
  EXPECT_EQ(ModeOf(dir_ / "d"), 0750);
}

TEST_F(LinuxFilesTest, DescriptorsAreCloseOnExec) {
  const auto created = files_.Create(dir_ / "a");
  const auto unnamed = files_.CreateUnnamed(dir_.path());
  const auto opened = files_.Open(dir_ / "a", OpenMode::kReadOnly);
  ASSERT_TRUE(created.ok() && unnamed.ok() && opened.ok());
  EXPECT_TRUE(IsCloseOnExec(created->get()));
  EXPECT_TRUE(IsCloseOnExec(unnamed->get()));
  EXPECT_TRUE(IsCloseOnExec(opened->get()));
}

TEST_F(LinuxFilesTest, SymlinkIsNeverFollowed) {
  Made("target");
  fs::create_symlink(dir_ / "target", dir_ / "link");
  fs::create_directory_symlink(dir_.path(), dir_ / "dirlink");
  EXPECT_TRUE(IsErrno(files_.Open(dir_ / "link", OpenMode::kReadWrite).status(),
                      ELOOP));
  EXPECT_TRUE(IsErrno(files_.ReadFile(dir_ / "link").status(), ELOOP));
  EXPECT_TRUE(IsErrno(files_.Create(dir_ / "link").status(), EEXIST));
  EXPECT_FALSE(files_.List(dir_ / "dirlink").ok());
  EXPECT_EQ(files_.Stat(dir_ / "link")->kind, FileKind::kSymlink);
}

TEST_F(LinuxFilesTest, UnlinkTakesTheSymlinkNotItsTarget) {
  const std::string target = Made("target");
  fs::create_symlink(target, dir_ / "link");
  EXPECT_TRUE(files_.Unlink(dir_ / "link").ok());
  EXPECT_THAT(*files_.List(dir_.path()), ElementsAre("target"));
}

TEST_F(LinuxFilesTest, UnnamedFileLeavesNothingBehind) {
  ASSERT_TRUE(files_.CreateUnnamed(dir_.path()).ok());
  EXPECT_THAT(*files_.List(dir_.path()), ElementsAre());
}

TEST_F(LinuxFilesTest, WriteAllWritesAtTheBeginning) {
  const auto fd = files_.Create(dir_ / "a");
  ASSERT_TRUE(fd.ok());
  const std::string data(3 << 20, 'x');
  ASSERT_TRUE(files_.WriteAll(fd->get(), data).ok());
  ASSERT_TRUE(files_.WriteAll(fd->get(), "yy").ok());
  EXPECT_EQ(*files_.ReadFile(dir_ / "a"), "yy" + data.substr(2));
}

TEST_F(LinuxFilesTest, StatTellsKindSizeAndAllocation) {
  const auto fd = files_.Create(dir_ / "a");
  ASSERT_TRUE(files_.WriteAll(fd->get(), std::string(8192, 'x')).ok());
  ASSERT_TRUE(files_.SyncDirectory(dir_.path()).ok());
  fs::resize_file(dir_ / "a", 1 << 20);
  const auto info = files_.Stat(dir_ / "a");
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->kind, FileKind::kRegular);
  EXPECT_EQ(info->size_bytes, 1 << 20);
  EXPECT_LT(info->allocated_bytes, 1 << 20);
  EXPECT_FALSE(info->is_mount_root);
  EXPECT_EQ(info->device, DeviceNumber{});
  EXPECT_EQ(files_.Stat(dir_.path())->kind, FileKind::kDirectory);
}

TEST_F(LinuxFilesTest, StatKnowsMountRoots) {
  EXPECT_TRUE(files_.Stat("/proc")->is_mount_root);
  EXPECT_FALSE(files_.Stat("/proc/self/task")->is_mount_root);
}

TEST_F(LinuxFilesTest, UsageOfTheFileSystemAddsUp) {
  const auto usage = files_.StatFileSystem(dir_.path());
  ASSERT_TRUE(usage.ok());
  const auto space = fs::space(dir_.path());
  EXPECT_EQ(usage->total_bytes, static_cast<int64_t>(space.capacity));
  EXPECT_LE(usage->available_bytes + usage->used_bytes, usage->total_bytes);
  EXPECT_FALSE(usage->read_only);
  EXPECT_FALSE(usage->type.empty());
}

TEST_F(LinuxFilesTest, UnknownFileSystemTypesAreInHex) {
  EXPECT_EQ(files_.StatFileSystem("/proc")->type, "0x9fa0");
}

TEST_F(LinuxFilesTest, NamesComeInByteOrder) {
  Made("b");
  Made("a");
  Made("B");
  Made(".hidden");
  EXPECT_THAT(*files_.List(dir_.path()), ElementsAre(".hidden", "B", "a", "b"));
}

TEST_F(LinuxFilesTest, ErrorsNameThePath) {
  const absl::Status status = files_.Stat(dir_ / "none").status();
  EXPECT_TRUE(IsErrno(status, ENOENT));
  EXPECT_THAT(std::string(status.message()), HasSubstr(dir_ / "none"));
  EXPECT_THAT(metrics_.Expose(),
              HasSubstr("{call=\"statx\",error=\"ENOENT\"} 1\n"));
}

}  // namespace
}  // namespace holdfast::os
