// Snapshots, restores and clones hold what they should.

#include "tests/root/data/data_fixture.h"

namespace holdfast::root {
namespace {

using SnapshotTest = DataTest;
using CloneTest = DataTest;

constexpr size_t kBlockData = 3 << 20;

TEST_F(SnapshotTest, RestoreHoldsWhatWasWrittenBeforeAndNothingAfter) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs source,
                       Bring({.name = "source", .bytes = kSize}));
  ASSERT_OK(WriteTree(source.target_path, 1));
  ASSERT_OK_AND_ASSIGN(const std::string before,
                       TreeDigest(source.target_path));
  ASSERT_OK_AND_ASSIGN(const SnapshotFact cut,
                       csi().CreateSnapshot("cut", source.volume_id));
  ASSERT_OK(WriteTree(source.target_path, 2));
  ASSERT_OK_AND_ASSIGN(const std::string after, TreeDigest(source.target_path));
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs copy,
      Bring({.name = "copy", .bytes = kSize, .from_snapshot = cut.id}));
  EXPECT_EQ(*TreeDigest(copy.target_path), before);
  EXPECT_EQ(*TreeDigest(source.target_path), after);
  EXPECT_NE(before, after);
}

TEST_F(SnapshotTest, OfABlockVolumeHoldsWritesThatNobodySynced) {
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs source,
      Bring({.name = "source", .bytes = kSize, .access = Access::kBlock}));
  const std::string data = Bytes(3, kBlockData);
  ASSERT_OK(WriteAt(source.target_path, kMiB, data, Durability::kCached));
  ASSERT_OK_AND_ASSIGN(const SnapshotFact cut,
                       csi().CreateSnapshot("cut", source.volume_id));
  ASSERT_OK(WriteAt(source.target_path, kMiB, Bytes(4, kBlockData)));
  ASSERT_OK_AND_ASSIGN(const NodeArgs copy, Bring({.name = "copy",
                                                   .bytes = kSize,
                                                   .access = Access::kBlock,
                                                   .from_snapshot = cut.id}));
  EXPECT_TRUE(*ReadAt(copy.target_path, kMiB, kBlockData) == data);
}

TEST_F(SnapshotTest, LargerRestoreHasTheLargerFileSystemAtItsFirstPublish) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs source,
                       Bring({.name = "source", .bytes = kSize}));
  ASSERT_OK(WriteTree(source.target_path, 1));
  ASSERT_OK_AND_ASSIGN(const std::string digest,
                       TreeDigest(source.target_path));
  ASSERT_OK_AND_ASSIGN(const SnapshotFact cut,
                       csi().CreateSnapshot("cut", source.volume_id));
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs copy,
      Bring({.name = "copy", .bytes = kLarger, .from_snapshot = cut.id}));
  EXPECT_GT(*FileSystemBytes(copy.target_path), kLarger * 3 / 4);
  EXPECT_EQ(*TreeDigest(copy.target_path), digest);
}

TEST_F(SnapshotTest, AndCloneStayWholeWhenTheirSourceIsDeleted) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs source,
                       Bring({.name = "source", .bytes = kSize}));
  ASSERT_OK(WriteTree(source.target_path, 1));
  ASSERT_OK_AND_ASSIGN(const std::string digest,
                       TreeDigest(source.target_path));
  ASSERT_OK_AND_ASSIGN(const SnapshotFact cut,
                       csi().CreateSnapshot("cut", source.volume_id));
  ASSERT_OK_AND_ASSIGN(
      const VolumeFact clone,
      csi().CreateVolume(
          {.name = "clone", .bytes = kSize, .from_volume = source.volume_id}));
  ASSERT_OK(world_.TakeBack(source));
  ASSERT_OK(csi().DeleteVolume(source.volume_id));
  const NodeArgs cloned = world_.Places(clone.id, Access::kMount);
  ASSERT_OK(world_.Bring(cloned));
  EXPECT_EQ(*TreeDigest(cloned.target_path), digest);
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs restored,
      Bring({.name = "restored", .bytes = kSize, .from_snapshot = cut.id}));
  EXPECT_EQ(*TreeDigest(restored.target_path), digest);
}

TEST_F(SnapshotTest, OutlivesItsRestoreAndTheDaemons) {
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs source,
      Bring({.name = "source", .bytes = kSize, .access = Access::kBlock}));
  const std::string data = Bytes(5, kBlockData);
  ASSERT_OK(WriteAt(source.target_path, 0, data));
  ASSERT_OK_AND_ASSIGN(const SnapshotFact cut,
                       csi().CreateSnapshot("cut", source.volume_id));
  for (const char* name : {"first", "second"}) {
    ASSERT_OK(world_.daemons().Restart());
    ASSERT_OK_AND_ASSIGN(const NodeArgs copy, Bring({.name = name,
                                                     .bytes = kSize,
                                                     .access = Access::kBlock,
                                                     .from_snapshot = cut.id}));
    EXPECT_TRUE(*ReadAt(copy.target_path, 0, kBlockData) == data) << name;
    ASSERT_OK(WriteAt(copy.target_path, 0, Bytes(6, kBlockData)));
    ASSERT_OK(world_.TakeBack(copy));
    ASSERT_OK(csi().DeleteVolume(copy.volume_id));
  }
}

TEST_F(CloneTest, OfAMountedVolumeHoldsItsDataAndGoesItsOwnWay) {
  ASSERT_OK_AND_ASSIGN(const NodeArgs source,
                       Bring({.name = "source", .bytes = kSize}));
  ASSERT_OK(WriteTree(source.target_path, 1));
  ASSERT_OK_AND_ASSIGN(const std::string digest,
                       TreeDigest(source.target_path));
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs clone,
      Bring(
          {.name = "clone", .bytes = kSize, .from_volume = source.volume_id}));
  EXPECT_EQ(*TreeDigest(clone.target_path), digest);
  ASSERT_OK(WriteTree(clone.target_path, 2));
  EXPECT_EQ(*TreeDigest(source.target_path), digest);
  EXPECT_NE(*TreeDigest(clone.target_path), digest);
}

TEST_F(CloneTest, OfABlockVolumeMayBeLarger) {
  ASSERT_OK_AND_ASSIGN(
      const NodeArgs source,
      Bring({.name = "source", .bytes = kSize, .access = Access::kBlock}));
  const std::string data = Bytes(7, kBlockData);
  ASSERT_OK(WriteAt(source.target_path, kSize - kBlockData, data));
  ASSERT_OK_AND_ASSIGN(const NodeArgs clone,
                       Bring({.name = "clone",
                              .bytes = kLarger,
                              .access = Access::kBlock,
                              .from_volume = source.volume_id}));
  EXPECT_EQ(*SizeOf(clone.target_path), kLarger);
  EXPECT_TRUE(*ReadAt(clone.target_path, kSize - kBlockData, kBlockData) ==
              data);
  EXPECT_EQ(*ReadAt(clone.target_path, kSize, kBlockData),
            std::string(kBlockData, '\0'));
}

}  // namespace
}  // namespace holdfast::root
