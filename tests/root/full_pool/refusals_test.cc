// What a pool answers when it is full, and how it gets room again.

#include <gtest/gtest.h>

#include <iostream>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/full_pool/full_pool_fixture.h"

namespace holdfast::root {
namespace {

constexpr int64_t kPoolBytes = 512 * kMiB;

class RefusalTest : public FullPoolTest {
 protected:
  // A volume of this size on all of whose bytes something is written.
  NodeArgs Full(const std::string& name, int64_t bytes) {
    const auto args = Bring(Block(name, bytes));
    EXPECT_OK(args);
    if (!args.ok()) return {};
    EXPECT_OK(WriteAll({{.path = args->target_path,
                         .bytes = bytes,
                         .order = Order::kSequential,
                         .block_bytes = kMiB}}));
    return *args;
  }
  void Delete(const NodeArgs& args) {
    EXPECT_OK(world_.TakeBack(args));
    EXPECT_OK(csi().DeleteVolume(args.volume_id));
  }
  bool InTrash(const NodeArgs& args) {
    for (const std::string& key : world_.Names(PoolDirectory::kTrash)) {
      if (key.rfind(args.volume_id + ".", 0) == 0) return true;
    }
    return false;
  }
};

TEST_F(RefusalTest, CapacityIsWhatCanBeMadeAndNotAByteMore) {
  ASSERT_OK(Start({.bytes = kPoolBytes}));
  for (const char* fs_type : {"", "ext4", "xfs"}) {
    CreateArgs args = Mounted(absl::StrCat("a", fs_type), fs_type, 0);
    if (*fs_type == '\0') args = Block("a", 0);
    ASSERT_OK_AND_ASSIGN(const CapacityFact capacity, csi().GetCapacity(args));
    EXPECT_LE(capacity.maximum_volume_bytes, capacity.available_bytes);
    args.bytes = capacity.available_bytes / kMiB * kMiB + 4096;
    const auto refusal = ReadRefusal(csi().CreateVolume(args).status());
    EXPECT_OK(refusal);
    EXPECT_EQ(refusal->left, capacity.available_bytes);
    args.bytes = capacity.maximum_volume_bytes;
    ASSERT_OK_AND_ASSIGN(const VolumeFact volume, csi().CreateVolume(args));
    EXPECT_EQ(volume.bytes, capacity.maximum_volume_bytes) << fs_type;
    EXPECT_OK(csi().DeleteVolume(volume.id));
    WaitForEmptyTrash();
  }
}

TEST_F(RefusalTest, EveryRequestForMoreIsRefusedWithTheNumbersAndDoesNothing) {
  ASSERT_OK(Start({.bytes = kPoolBytes}));
  const NodeArgs volume = Full("a", 32 * kMiB);
  ASSERT_OK_AND_ASSIGN(const SnapshotFact snapshot,
                       csi().CreateSnapshot("s", volume.volume_id));
  ASSERT_OK(csi().CreateVolume(Block("rest", LargestBlock())));
  for (int round = 0; round < 2; ++round) {
    CreateArgs args = Block("b", 4096);
    EXPECT_OK(ReadRefusal(csi().CreateVolume(args).status()));
    args.bytes = 32 * kMiB;
    args.from_snapshot = snapshot.id;
    EXPECT_OK(ReadRefusal(csi().CreateVolume(args).status()));
    args.from_snapshot.clear();
    args.from_volume = volume.volume_id;
    EXPECT_OK(ReadRefusal(csi().CreateVolume(args).status()));
    EXPECT_OK(ReadRefusal(csi().CreateVolume(Mounted("m", "", 0)).status()));
    EXPECT_OK(ReadRefusal(
        csi().ControllerExpand(volume.volume_id, 33 * kMiB).status()));
    EXPECT_OK(
        ReadRefusal(csi().CreateSnapshot("t", volume.volume_id).status()));
    EXPECT_EQ(LargestBlock(), 0);
    EXPECT_EQ(world_.Names(PoolDirectory::kVolumes).size(), 2u);
    EXPECT_EQ(world_.Names(PoolDirectory::kSnapshots).size(), 1u);
    ASSERT_OK(world_.daemons().Restart());  // and all of it again
  }
  EXPECT_OK(ReadAt(volume.target_path, 0, 4096));
}

TEST_F(RefusalTest, TrashGivesWayOldestFirstAndItsSpaceCanBeWritten) {
  ASSERT_OK(Start({.bytes = kPoolBytes, .trash = TrashPolicy::kKept}));
  const NodeArgs first = Full("first", 64 * kMiB);
  const NodeArgs second = Full("second", 64 * kMiB);
  const NodeArgs third = Full("third", 64 * kMiB);
  ASSERT_OK(csi().CreateVolume(Block("rest", LargestBlock())));
  EXPECT_EQ(LargestBlock(), 0);
  for (const NodeArgs& args : {second, first, third}) Delete(args);
  EXPECT_GE(LargestBlock(), 192 * kMiB);
  // Needs one of them, which is that deleted first.
  const NodeArgs one = Full("one", 63 * kMiB);
  EXPECT_FALSE(InTrash(second));
  EXPECT_TRUE(InTrash(first));
  EXPECT_TRUE(InTrash(third));
  // More than there is takes nothing.
  EXPECT_OK(
      ReadRefusal(csi().CreateVolume(Block("large", 200 * kMiB)).status()));
  EXPECT_TRUE(InTrash(first));
  ASSERT_OK(world_.daemons().Restart());
  const NodeArgs two = Full("two", LargestBlock());
  EXPECT_FALSE(InTrash(first));
  EXPECT_FALSE(InTrash(third));
}

// Whoever raised the ratio is warned before a writer finds the pool full.
TEST_F(RefusalTest, AtRatioTwoTheMarksRiseBeforeAWriterFindsThePoolFull) {
  ASSERT_OK(Start({.bytes = kPoolBytes,
                   .flags = {kServeMetrics, "--pool_overcommit_ratio=2"}}));
  EXPECT_EQ(Metric("backend_pressure"), 0);
  std::vector<NodeArgs> volumes;
  for (int i = 0; i < 5; ++i) {
    ASSERT_OK_AND_ASSIGN(const NodeArgs args,
                         Bring(Block(absl::StrCat("v", i), 128 * kMiB)));
    volumes.push_back(args);
  }
  EXPECT_EQ(Metric("backend_pressure"), 0) << "promised, and not stored";
  double pressure = 0;
  absl::Status written;
  const std::string data = Bytes(1, 4 * kMiB);
  for (int64_t at = 0; written.ok() && at < 5 * 128 * kMiB; at += 4 * kMiB) {
    const auto& volume = volumes[static_cast<size_t>(at / (128 * kMiB))];
    pressure = Metric("backend_pressure");
    written = WriteAt(volume.target_path, at % (128 * kMiB), data);
  }
  // The page cache of a device makes EIO of it.
  EXPECT_TRUE(IsErrno(written, ENOSPC) || IsErrno(written, EIO)) << written;
  EXPECT_EQ(pressure, 2) << "before the write that failed";
  EXPECT_EQ(Metric("backend_pressure"), 2);
  EXPECT_GT(Metric("backend_allocated_bytes"),
            0.98 * Metric("backend_capacity_bytes"));
  EXPECT_GT(Metric("backend_promised_bytes"), Metric("backend_capacity_bytes"));
}

}  // namespace
}  // namespace holdfast::root
