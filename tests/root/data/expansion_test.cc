// Volumes grow while they are written to.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/unique_fd.h"
#include "tests/root/data/data_fixture.h"
#include "tests/root/data/writer.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/process.h"

namespace holdfast::root {
namespace {

class OnlineExpansionTest : public DataTest {};

TEST_F(OnlineExpansionTest, GrowsABlockVolumeUnderIo) {
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs args,
      Bring({.name = "block", .bytes = kSize, .access = Access::kBlock}));
  Writer writer(args.target_path);
  writer.AwaitBlocks(3);
  EXPECT_EQ(*csi().ControllerExpand(args.volume_id, kLarger), kLarger);
  writer.AwaitBlocks(3);
  EXPECT_OK(writer.Stop());
  EXPECT_EQ(*SizeOf(args.target_path), kLarger);
  EXPECT_OK(WriteAt(args.target_path, kLarger - 4096, Bytes(1, 4096)));
}

// A log that begins with what a growth added could not be recovered by a copy:
// os/linux_xfs.h.
class GrownXfsTest : public DataTest {
 protected:
  static constexpr int64_t kXfs = 300 * kMiB;
  static constexpr int64_t kStep = 50 * kMiB;
  static constexpr int kDirectories = 30;
  static constexpr int kFiles = 3;
  static constexpr int kWrites = 6;  // each of them twice

  DiskSpec Disk() const override { return {.bytes = 16 * kGiB}; }

  // XFS spreads directories over all that it has. What is written again and
  // again goes to the end of the log each time, so that the log begins after
  // the growth.
  void Fill(const std::string& name) {
    for (int i = 0; i < kDirectories; ++i) {
      const std::string path =
          absl::StrCat(args_.target_path, "/", name, ".", i);
      std::filesystem::create_directory(path);
      for (int j = 0; j < kWrites; ++j) {
        const std::string file = absl::StrCat(path, "/", j % kFiles);
        if (j >= kFiles) std::filesystem::resize_file(file, 0);
        ASSERT_OK(WriteAt(file, 0, Bytes(1, 8192)));
      }
    }
  }

  void ExpectCopyIsMounted(const std::string& name) {
    ASSERT_OK_AND_ASSIGN(const SnapshotFact cut,
                         csi().CreateSnapshot(name, args_.volume_id));
    ASSERT_OK_AND_ASSIGN(const NodeArgs copy, Bring({.name = name,
                                                     .bytes = cut.bytes,
                                                     .fs_type = "xfs",
                                                     .from_snapshot = cut.id}));
    EXPECT_OK(world_.TakeBack(copy));
  }

  NodeArgs args_;
};

TEST_F(GrownXfsTest, CopiesAreMountedHoweverSoonItGrowsAgain) {
  ASSERT_OK_AND_ASSIGN(args_,
                       Bring({.name = "xfs", .bytes = kXfs, .fs_type = "xfs"}));
  for (int i = 1; i < 5; ++i) {
    EXPECT_EQ(*csi().ControllerExpand(args_.volume_id, kXfs + i * kStep),
              kXfs + i * kStep);
    Fill(absl::StrCat("a", i));
    ExpectCopyIsMounted(absl::StrCat("copy", i));
  }
  EXPECT_GT(*FileSystemBytes(args_.target_path), kXfs + 2 * kStep);
}

// As a daemon leaves it that is killed at the end of a growth.
TEST_F(GrownXfsTest, FrozenItGoesOnWhenTheGrowthIsRepeated) {
  ASSERT_OK_AND_ASSIGN(args_,
                       Bring({.name = "xfs", .bytes = kXfs, .fs_type = "xfs"}));
  for (const int64_t bytes : {kXfs + kStep, kXfs + 2 * kStep}) {
    EXPECT_EQ(*csi().ControllerExpand(args_.volume_id, bytes), bytes);
    const UniqueFd root(open(args_.target_path.c_str(), O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(root.valid());
    ASSERT_EQ(ioctl(root.get(), FIFREEZE, 0), 0) << strerror(errno);
    EXPECT_EQ(*csi().ControllerExpand(args_.volume_id, bytes), bytes);
    EXPECT_NE(ioctl(root.get(), FITHAW, 0), 0) << "was frozen still";
  }
  EXPECT_OK(WriteAt(args_.target_path + "/file", 0, Bytes(1, 8192)));
}

// The kernel lets a mounted ext4 grow only with CAP_SYS_RESOURCE
// (fs/ext4/resize.c, ext4_resize_begin). Without it the call says so, and the
// next stage does the rest.
class MountedExt4Test : public DataTest,
                        public testing::WithParamInterface<const char*> {
 protected:
  // From a part of one block group to several.
  static constexpr int64_t kGrown = 768 * kMiB;

  void SetUp() override {
    DataTest::SetUp();
    if (HasFatalFailure()) return;
    ASSERT_OK_AND_ASSIGN(
        args_,
        Bring({.name = "mounted", .bytes = kSize, .fs_type = GetParam()}));
    std::filesystem::create_directory(Tree());
    ASSERT_OK(WriteTree(Tree(), 1));
    ASSERT_OK_AND_ASSIGN(digest_, TreeDigest(Tree()));
  }

  std::string Tree() const { return args_.target_path + "/tree"; }

  // More than fitted before can be written and read back.
  void ExpectRoom() {
    EXPECT_GT(*FileSystemBytes(args_.target_path), kGrown * 3 / 4);
    const std::string data = Bytes(2, kSize);
    const std::string file = args_.target_path + "/large";
    ASSERT_OK(WriteAt(file, 0, data));
    EXPECT_TRUE(*ReadAt(file, 0, data.size()) == data);
  }

  void ExpectRefusal(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()),
                testing::HasSubstr("CAP_SYS_RESOURCE"));
    EXPECT_EQ(*SizeOf(world_.DataFile(args_.volume_id)), kGrown);
    EXPECT_LT(*FileSystemBytes(args_.target_path), kSize);
  }

  // Also as e2fsck sees it, on the file at rest.
  void ExpectWhole() {
    EXPECT_EQ(*TreeDigest(Tree()), digest_);
    ASSERT_OK(world_.TakeBack(args_));
    EXPECT_OK(RunProgram({"e2fsck", "-fn", world_.DataFile(args_.volume_id)}));
  }

  NodeArgs args_;
  std::string digest_;
};

TEST_P(MountedExt4Test, GrowsUnderIoInsideTheCallOrNamesTheCapability) {
  Writer writer(args_.target_path + "/running");
  writer.AwaitBlocks(3);
  const auto expanded = csi().ControllerExpand(args_.volume_id, kGrown);
  if (HasCapability(CAP_SYS_RESOURCE)) {
    ASSERT_OK(expanded);
    EXPECT_EQ(*expanded, kGrown);
    ExpectRoom();
  } else {
    GTEST_LOG_(INFO) << "without CAP_SYS_RESOURCE: growth at the next stage";
    ExpectRefusal(expanded.status());
  }
  writer.AwaitBlocks(3);
  EXPECT_OK(writer.Stop());
  ExpectWhole();
}

TEST_P(MountedExt4Test, HasGrownAfterTheNextStageAtTheLatest) {
  const auto expanded = csi().ControllerExpand(args_.volume_id, kGrown);
  EXPECT_EQ(expanded.ok(), HasCapability(CAP_SYS_RESOURCE))
      << expanded.status();
  ASSERT_OK(world_.TakeBack(args_));
  ASSERT_OK(world_.Bring(args_));
  ExpectRoom();
  EXPECT_EQ(*csi().ControllerExpand(args_.volume_id, kGrown), kGrown);
  ExpectWhole();
}

INSTANTIATE_TEST_SUITE_P(, MountedExt4Test, testing::Values("ext4", "ext3"),
                         [](const auto& type) { return type.param; });

}  // namespace
}  // namespace holdfast::root
