#include "os/mountinfo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "base/status.h"

namespace holdfast::os {
namespace {

// The one mount of a text of one line.
MountPoint ParseOne(const std::string& line) {
  const auto mounts = ParseMountinfo(line + "\n");
  EXPECT_TRUE(mounts.ok()) << mounts.status();
  if (!mounts.ok() || mounts->size() != 1) return {};
  return mounts->front();
}

TEST(MountinfoTest, ReadsTheFieldsOfALine) {
  const MountPoint mount = ParseOne(
      "92 27 7:3 /sub /var/lib/kubelet/x rw,nosuid shared:5 - ext4 "
      "/dev/loop3 rw,errors=continue");
  EXPECT_EQ(mount.path, "/var/lib/kubelet/x");
  EXPECT_EQ(mount.root, "/sub");
  EXPECT_EQ(mount.file_system, (DeviceNumber{7, 3}));
  EXPECT_EQ(mount.fs_type, "ext4");
  EXPECT_FALSE(mount.read_only);
  EXPECT_FALSE(mount.file_system_read_only);
}

TEST(MountinfoTest, OptionalFieldsMayBeNoneOrMany) {
  EXPECT_EQ(ParseOne("1 0 8:1 / /a rw - xfs /dev/sda1 rw").fs_type, "xfs");
  EXPECT_EQ(ParseOne("1 0 8:1 / /a rw shared:1 master:2 propagate_from:3 - "
                     "xfs /dev/sda1 rw")
                .fs_type,
            "xfs");
}

TEST(MountinfoTest, MountAndSuperblockAreReadOnlyEachOnItsOwn) {
  const MountPoint bind = ParseOne("1 0 8:1 / /a ro,noatime - xfs /d rw");
  EXPECT_TRUE(bind.read_only);
  EXPECT_FALSE(bind.file_system_read_only);
  const MountPoint whole = ParseOne("1 0 8:1 / /a rw - xfs /d ro,nouuid");
  EXPECT_FALSE(whole.read_only);
  EXPECT_TRUE(whole.file_system_read_only);
}

TEST(MountinfoTest, AttributesAndContextAreOfTheMountAndItsSuperblock) {
  const auto mounts = ParseMountinfo(
      "1 2 7:3 / /a ro,nosuid,noexec,relatime - ext4 /dev/loop3 "
      "rw,seclabel\n"
      "1 2 7:3 / /b rw,nodev,noatime,nodiratime - ext4 /dev/loop3 "
      "rw,context=\"u:r:t:s0:c1,c2\",discard\n"
      "1 2 7:3 / /c rw - ext4 /dev/loop3 context=u:r:t:s0,rw\n");
  ASSERT_TRUE(mounts.ok()) << mounts.status();
  ASSERT_EQ(mounts->size(), 3u);
  EXPECT_EQ(
      (*mounts)[0].attributes,
      (MountAttributes{.read_only = true, .nosuid = true, .noexec = true}));
  EXPECT_EQ((*mounts)[0].context, "");
  EXPECT_EQ(
      (*mounts)[1].attributes,
      (MountAttributes{.nodev = true, .noatime = true, .nodiratime = true}));
  EXPECT_EQ((*mounts)[1].context, "u:r:t:s0:c1,c2");
  EXPECT_EQ((*mounts)[2].attributes, (MountAttributes{.strictatime = true}));
  EXPECT_EQ((*mounts)[2].context, "u:r:t:s0");
}

TEST(MountinfoTest, ReadOnlyIsAWordNotAPartOfOne) {
  const MountPoint mount =
      ParseOne("1 0 8:1 / /a rw,proto - ext4 /d rw,errors=remount-ro");
  EXPECT_FALSE(mount.read_only);
  EXPECT_FALSE(mount.file_system_read_only);
}

TEST(MountinfoTest, OctalEscapesAreUndone) {
  const MountPoint mount =
      ParseOne(R"(1 0 8:1 /r\040t /a\040b\011c\012d\134e\043 rw - ext4 /d rw)");
  EXPECT_EQ(mount.path, "/a b\tc\nd\\e#");
  EXPECT_EQ(mount.root, "/r t");
}

TEST(MountinfoTest, BackslashesThatAreNoEscapesStay) {
  EXPECT_EQ(ParseOne(R"(1 0 8:1 / /a\9 rw - ext4 /d rw)").path, R"(/a\9)");
  EXPECT_EQ(ParseOne(R"(1 0 8:1 / /a\04 rw - ext4 /d rw)").path, R"(/a\04)");
  EXPECT_EQ(ParseOne(R"(1 0 8:1 / /a\ rw - ext4 /d rw)").path, R"(/a\)");
}

TEST(MountinfoTest, DeletedMountPointsKeepTheirMark) {
  EXPECT_EQ(ParseOne(R"(1 0 8:1 / /a\040(deleted) rw - ext4 /d rw)").path,
            "/a (deleted)");
}

TEST(MountinfoTest, SourceMayBeEmptyAndADash) {
  EXPECT_EQ(ParseOne("1 0 0:20 / /a rw - tmpfs  rw").fs_type, "tmpfs");
  EXPECT_TRUE(ParseOne("1 0 0:20 / /a rw - tmpfs - ro").file_system_read_only);
}

TEST(MountinfoTest, LinesKeepTheirOrder) {
  const auto mounts = ParseMountinfo(
      "1 0 8:1 / / rw - ext4 /d rw\n"
      "2 1 7:0 / /a rw - xfs /e rw\n"
      "3 1 7:1 / /a rw - xfs /f rw\n");
  ASSERT_TRUE(mounts.ok());
  ASSERT_EQ(mounts->size(), 3u);
  EXPECT_EQ((*mounts)[1].file_system, (DeviceNumber{7, 0}));
  EXPECT_EQ((*mounts)[2].file_system, (DeviceNumber{7, 1}));
}

TEST(MountinfoTest, NothingIsMountedInAnEmptyText) {
  const auto mounts = ParseMountinfo("");
  ASSERT_TRUE(mounts.ok());
  EXPECT_TRUE(mounts->empty());
}

class MalformedMountinfoTest : public ::testing::TestWithParam<const char*> {};

TEST_P(MalformedMountinfoTest, IsAnErrorThatQuotesTheLine) {
  const std::string good = "1 0 8:1 / / rw - ext4 /d rw\n";
  const auto mounts = ParseMountinfo(good + GetParam() + "\n" + good);
  EXPECT_TRUE(IsErrno(mounts.status(), EINVAL));
  EXPECT_THAT(std::string(mounts.status().message()),
              ::testing::HasSubstr(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Lines, MalformedMountinfoTest,
    ::testing::Values(
        "x", "1 0 8:1 / /a", "1 0 8:1 / /a rw", "1 0 8:1 / /a rw shared:1",
        "1 0 8:1 / /a rw -", "1 0 8:1 / /a rw - ext4",
        "1 0 8:1 / /a rw - ext4 /d", "1 0 81 / /a rw - ext4 /d rw",
        "1 0 8:x / /a rw - ext4 /d rw", "1 0 :1 / /a rw - ext4 /d rw",
        "1 0 8:1:2 / /a rw - ext4 /d rw", "1 0 -8:1 / /a rw - ext4 /d rw"));

}  // namespace
}  // namespace holdfast::os
