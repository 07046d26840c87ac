// What docs/field-notes.md promises and no other test of the tree proves whole.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <set>
#include <string>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/root/data/data_fixture.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/process.h"

namespace holdfast::root {
namespace {

using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;

using FieldNote01Test = DataTest;
using FieldNote19Test = DataTest;
using FieldNote30Test = DataTest;

// What a volume was is inherited by its copies: one whose superblock cannot be
// read is refused, not taken for blank.
TEST_F(FieldNote01Test, ACopyThatCannotBeReadIsRefusedAndNotFormatted) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs source,
                       Bring({.name = "source", .bytes = kSize}));
  ASSERT_OK(WriteTree(source.target_path, 1));
  ASSERT_OK(world_.TakeBack(source));
  ASSERT_OK(
      WriteAt(world_.DataFile(source.volume_id), 0, std::string(kMiB, '\0')));
  ASSERT_OK_AND_ASSIGN(const SnapshotFact cut,
                       csi().CreateSnapshot("cut", source.volume_id));
  for (const CreateArgs& copy :
       {CreateArgs{
            .name = "clone", .bytes = kSize, .from_volume = source.volume_id},
        CreateArgs{
            .name = "restore", .bytes = kSize, .from_snapshot = cut.id}}) {
    ASSERT_OK_AND_ASSIGN(const VolumeFact volume, csi().CreateVolume(copy));
    const std::string file = world_.DataFile(volume.id);
    ASSERT_OK_AND_ASSIGN(const std::string before, FileDigest(file));
    const NodeArgs args = world_.Places(volume.id, copy.access);
    const absl::Status status = csi().Stage(args);
    EXPECT_THAT(status.code(), AnyOf(Eq(absl::StatusCode::kDataLoss),
                                     Eq(absl::StatusCode::kFailedPrecondition)))
        << status;
    EXPECT_THAT(MountsBelow(args.staging_path), IsEmpty());
    EXPECT_EQ(*FileDigest(file), before);
  }
}

// The features that xfs_db(8) names of a file system that kernel 5.15 mounts.
TEST_F(FieldNote19Test, XfsHasNoFeatureThatTheOldestKernelLacks) {
  ASSERT_OK_AND_ASSIGN(
      const VolumeFact volume,
      csi().CreateVolume(
          {.name = "xfs", .bytes = 512 * kMiB, .fs_type = "xfs"}));
  ASSERT_OK_AND_ASSIGN(const std::string text,
                       RunProgram({"xfs_db", "-r", "-c", "version",
                                   world_.DataFile(volume.id)}));
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  const std::set<std::string> features =
      absl::StrSplit(absl::StripAsciiWhitespace(parts.second), ',');
  EXPECT_THAT(features,
              IsSubsetOf({"V5", "NLINK", "DIRV2", "ALIGN", "LOGV2", "EXTFLG",
                          "SECTOR", "MOREBITS", "ATTR", "ATTR2", "LAZYSBCOUNT",
                          "PROJID32BIT", "CRC", "FTYPE", "FINOBT",
                          "SPARSE_INODES", "REFLINK", "INOBTCNT", "BIGTIME"}))
      << text;
  EXPECT_EQ(features.count("REFLINK"), 1U) << text;
}

// Bytes in use on the file system of the pool, once all is on the disk.
int64_t UsedBytes(const std::string& pool) {
  const int fd = open(pool.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  EXPECT_EQ(syncfs(fd), 0);
  close(fd);
  struct statvfs now = {};
  EXPECT_EQ(statvfs(pool.c_str(), &now), 0);
  return static_cast<int64_t>((now.f_blocks - now.f_bfree) * now.f_frsize);
}

TEST_F(FieldNote30Test, SnapshotRestoreAndCloneTakeNoRoomInThePool) {
  constexpr int64_t kData = 32 * kMiB;
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs source,
      Bring({.name = "source", .bytes = kSize, .access = Access::kBlock}));
  ASSERT_OK(WriteAt(source.target_path, 0, Bytes(1, kData)));
  const int64_t before = UsedBytes(world_.pool());
  EXPECT_GE(before, kData);
  ASSERT_OK_AND_ASSIGN(const SnapshotFact cut,
                       csi().CreateSnapshot("cut", source.volume_id));
  ASSERT_OK(csi().CreateVolume({.name = "restore",
                                .bytes = kSize,
                                .access = Access::kBlock,
                                .from_snapshot = cut.id}));
  ASSERT_OK(csi().CreateVolume({.name = "clone",
                                .bytes = kSize,
                                .access = Access::kBlock,
                                .from_volume = source.volume_id}));
  EXPECT_LT(UsedBytes(world_.pool()) - before, kData / 8);
}

}  // namespace
}  // namespace holdfast::root
