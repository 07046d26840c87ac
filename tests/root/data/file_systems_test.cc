// Every file system that a volume can have, on real devices.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include "base/unique_fd.h"
#include "tests/root/data/data_fixture.h"
#include "tests/root/fixture/btrfs_clones.h"
#include "tests/root/fixture/machine.h"

namespace holdfast::root {
namespace {

struct Kind {
  std::string name;
  std::string fs_type;
  std::string block_bytes;
  int64_t bytes = 0;
};

class FileSystemsTest : public DataTest,
                        public testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override {
    DataTest::SetUp();
    if (HasFatalFailure() || GetParam().fs_type != "btrfs") return;
    ASSERT_OK_AND_ASSIGN(can_be_had_, MountsClonesOfOneBtrfs());
  }
  // What becomes of a type that this kernel cannot have.
  void ExpectRefused() {
    const absl::Status refused = csi().CreateVolume(Args("a")).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(refused.message()),
                testing::HasSubstr("Ask for ext4 or xfs, or install a kernel"));
    EXPECT_EQ(csi().GetCapacity(Args("a"))->available_bytes, 0);
    EXPECT_TRUE(world_.Names(PoolDirectory::kVolumes).empty());
    EXPECT_TRUE(world_.Names(PoolDirectory::kIncoming).empty());
    EXPECT_TRUE(LoopsBelow(world_.pool()).empty());
  }
  CreateArgs Args(const std::string& name) const {
    return {.name = name,
            .bytes = GetParam().bytes,
            .fs_type = GetParam().fs_type,
            .parameters = {{"logicalBlockBytes", GetParam().block_bytes}}};
  }
  absl::StatusOr<NodeArgs> BringNew(const std::string& name) {
    return Bring(Args(name));
  }

  bool can_be_had_ = true;
};

TEST_P(FileSystemsTest, VolumeItsCloneAndItsRestoreAreMountedSideBySide) {
  if (!can_be_had_) return ExpectRefused();
  ASSERT_OK_AND_ASSIGN(const NodeArgs source, BringNew("source"));
  ASSERT_OK(WriteTree(source.target_path, 1));
  ASSERT_OK_AND_ASSIGN(const std::string digest,
                       TreeDigest(source.target_path));
  ASSERT_OK_AND_ASSIGN(const SnapshotFact cut,
                       csi().CreateSnapshot("cut", source.volume_id));
  CreateArgs clone_args = Args("clone");
  clone_args.from_volume = source.volume_id;
  ASSERT_OK_AND_ASSIGN(const NodeArgs clone, Bring(clone_args));
  ASSERT_OK(WriteTree(source.target_path, 2));
  ASSERT_OK_AND_ASSIGN(const std::string later, TreeDigest(source.target_path));
  CreateArgs restore_args = Args("restore");
  restore_args.from_snapshot = cut.id;
  ASSERT_OK_AND_ASSIGN(const NodeArgs restore, Bring(restore_args));
  EXPECT_EQ(*TreeDigest(clone.target_path), digest);
  EXPECT_EQ(*TreeDigest(restore.target_path), digest);
  ASSERT_OK(WriteTree(clone.target_path, 3));
  EXPECT_EQ(*TreeDigest(source.target_path), later);
  EXPECT_EQ(*TreeDigest(restore.target_path), digest);
  for (const NodeArgs& args : {restore, clone, source}) {
    ASSERT_OK(world_.TakeBack(args));
    ASSERT_OK(csi().DeleteVolume(args.volume_id));
  }
}

TEST_P(FileSystemsTest, SecondVolumeOfATemplateIsMountedBesideTheFirst) {
  if (!can_be_had_) return ExpectRefused();
  ASSERT_OK_AND_ASSIGN(const NodeArgs one, BringNew("one"));
  ASSERT_OK_AND_ASSIGN(const NodeArgs two, BringNew("two"));
  ASSERT_OK(WriteTree(one.target_path, 1));
  EXPECT_NE(*TreeDigest(one.target_path), *TreeDigest(two.target_path));
}

TEST_P(FileSystemsTest, DataOutlivesUnstagingAndTheDaemons) {
  if (!can_be_had_) return ExpectRefused();
  ASSERT_OK_AND_ASSIGN(const NodeArgs args, BringNew("a"));
  ASSERT_OK(WriteTree(args.target_path, 1));
  ASSERT_OK_AND_ASSIGN(const std::string digest, TreeDigest(args.target_path));
  ASSERT_OK(world_.daemons().Restart());
  ASSERT_OK(world_.Bring(args));  // a repetition
  ASSERT_OK(world_.TakeBack(args));
  ASSERT_OK(world_.Bring(args));
  EXPECT_EQ(*TreeDigest(args.target_path), digest);
}

// Not ext3 and ext4, which a machine may not let grow (CAP_SYS_RESOURCE).
class GrowMountedTest : public FileSystemsTest {};

TEST_P(GrowMountedTest, GrowsInsideTheControllersCall) {
  if (!can_be_had_) return ExpectRefused();
  ASSERT_OK_AND_ASSIGN(const NodeArgs args, BringNew("a"));
  ASSERT_OK(WriteTree(args.target_path, 1));
  ASSERT_OK_AND_ASSIGN(const std::string digest, TreeDigest(args.target_path));
  ASSERT_OK_AND_ASSIGN(const int64_t before, FileSystemBytes(args.target_path));
  ASSERT_OK(
      csi().ControllerExpand(args.volume_id, GetParam().bytes * 2).status());
  EXPECT_GT(*FileSystemBytes(args.target_path), before * 3 / 2);
  EXPECT_EQ(*TreeDigest(args.target_path), digest);
}

TEST_P(FileSystemsTest, GrownWhileNotStagedIsLargerAtTheNextStage) {
  if (!can_be_had_) return ExpectRefused();
  ASSERT_OK_AND_ASSIGN(const NodeArgs args, BringNew("a"));
  ASSERT_OK(WriteTree(args.target_path, 1));
  ASSERT_OK_AND_ASSIGN(const std::string digest, TreeDigest(args.target_path));
  ASSERT_OK_AND_ASSIGN(const int64_t before, FileSystemBytes(args.target_path));
  ASSERT_OK(world_.TakeBack(args));
  ASSERT_OK(
      csi().ControllerExpand(args.volume_id, GetParam().bytes * 2).status());
  ASSERT_OK(world_.Bring(args));
  EXPECT_GT(*FileSystemBytes(args.target_path), before * 3 / 2);
  EXPECT_EQ(*TreeDigest(args.target_path), digest);
}

INSTANTIATE_TEST_SUITE_P(
    , GrowMountedTest,
    testing::Values(Kind{"XfsOn4096", "xfs", "4096", 300 * kMiB},
                    Kind{"BtrfsOn4096", "btrfs", "4096", 256 * kMiB}),
    [](const auto& kind) { return kind.param.name; });

INSTANTIATE_TEST_SUITE_P(
    , FileSystemsTest,
    testing::Values(Kind{"Ext4On4096", "ext4", "4096", 64 * kMiB},
                    Kind{"Ext3On4096", "ext3", "4096", 64 * kMiB},
                    Kind{"XfsOn4096", "xfs", "4096", 300 * kMiB},
                    Kind{"BtrfsOn4096", "btrfs", "4096", 256 * kMiB}),
    [](const auto& kind) { return kind.param.name; });

// On a disk that has no blocks so small.
using LargeBlocksTest = DataTest;

TEST_F(LargeBlocksTest, XfsOfSmallerBlocksIsRefusedWithAdvice) {
  const auto made =
      csi().CreateVolume({.name = "a",
                          .bytes = 300 * kMiB,
                          .fs_type = "xfs",
                          .parameters = {{"logicalBlockBytes", "512"}}});
  EXPECT_TRUE(absl::IsFailedPrecondition(made.status())) << made.status();
  EXPECT_THAT(std::string(made.status().message()),
              testing::HasSubstr("Ask for blocks of 4096"));
}

class SmallBlocksTest : public DataTest {
 protected:
  DiskSpec Disk() const override { return {.block_bytes = 512}; }
};

// Seen on 6.18: what shares data has no direct I/O in blocks smaller than those
// of the pool's file system, and a volume with a file system shares its
// template's.
TEST_F(SmallBlocksTest, FileSystemIsStagedOrRefusedWithAdvice) {
  for (const char* fs_type : {"ext4", "xfs"}) {
    const auto args = Bring({.name = fs_type,
                             .bytes = 300 * kMiB,
                             .fs_type = fs_type,
                             .parameters = {{"logicalBlockBytes", "512"}}});
    if (args.ok()) {
      ASSERT_OK(WriteTree(args->target_path, 1));
      continue;
    }
    EXPECT_TRUE(absl::IsFailedPrecondition(args.status())) << args.status();
    EXPECT_THAT(std::string(args.status().message()),
                testing::HasSubstr("ask for blocks of 4096"));
  }
}

TEST_F(SmallBlocksTest, BlockVolumeAndItsCloneHaveThem) {
  CreateArgs args = {.name = "a",
                     .bytes = kSize,
                     .access = Access::kBlock,
                     .parameters = {{"logicalBlockBytes", "512"}}};
  ASSERT_OK_AND_ASSIGN(const NodeArgs source, Bring(args));
  args = {.name = "b", .bytes = kSize, .access = Access::kBlock};
  args.from_volume = source.volume_id;
  ASSERT_OK_AND_ASSIGN(const NodeArgs clone, Bring(args));
  for (const std::string& path : {source.target_path, clone.target_path}) {
    const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    int bytes = 0;
    ASSERT_EQ(ioctl(fd.get(), BLKSSZGET, &bytes), 0) << path;
    EXPECT_EQ(bytes, 512);
  }
}

}  // namespace
}  // namespace holdfast::root
