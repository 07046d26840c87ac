// At ratio 1.0 a pool that promised everything keeps it: whatever is
// overwritten while snapshots hold the old data, no writer hears of it.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/btrfs_clones.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/full_pool/full_pool_fixture.h"

namespace holdfast::root {
namespace {

constexpr int64_t kSmallBytes = 64 * kMiB;
constexpr int64_t kTightBytes = 512 * kMiB;

uint64_t Seed() {
  const char* const set = std::getenv("HOLDFAST_SEED");
  return set != nullptr ? std::strtoull(set, nullptr, 10) : 20250101;
}

// A volume, and what of it is written over and over.
struct Written {
  NodeArgs args;
  std::string path;
  int64_t bytes = 0;
  bool is_rest = false;  // the room that is left: only there to be taken
};

class DivergenceTest : public FullPoolTest {
 protected:
  void SetUp() override { std::cout << "HOLDFAST_SEED=" << seed_ << std::endl; }

  // A block volume is written as a whole, of a file system as much as leaves
  // room for its own doings.
  absl::Status Add(const CreateArgs& create, double part) {
    ASSIGN_OR_RETURN(const NodeArgs args, Bring(create));
    const bool is_block = create.access == Access::kBlock;
    ASSIGN_OR_RETURN(const int64_t size,
                     is_block ? SizeOf(args.target_path)
                              : FileSystemBytes(args.target_path));
    const auto bytes =
        static_cast<int64_t>(static_cast<double>(size) * part) / kMiB * kMiB;
    volumes_.push_back({args,
                        is_block ? args.target_path : args.target_path + "/f",
                        is_block ? size : bytes});
    return absl::OkStatus();
  }

  absl::Status AddOneOfEachFileSystem() {
    RETURN_IF_ERROR(Add(Mounted("ext3", "ext3", kSmallBytes), 0.3));
    RETURN_IF_ERROR(Add(Mounted("ext4", "ext4", kSmallBytes), 0.3));
    ASSIGN_OR_RETURN(const bool has_btrfs, MountsClonesOfOneBtrfs());
    if (has_btrfs) {
      RETURN_IF_ERROR(Add(Mounted("btrfs", "btrfs", 128 * kMiB), 0.15));
    }
    return Add(Mounted("xfs", "xfs", 300 * kMiB), 0.05);
  }

  // Until the pool has no room for the next one. In between everything is
  // overwritten, so that no two snapshots share blocks.
  void SnapshotUntilRefused() {
    for (int cut = 0;; ++cut) {
      ASSERT_OK(Overwrite(Order::kRandom, Cache::kDirect));
      for (const Written& volume : volumes_) {
        const auto snapshot = csi().CreateSnapshot(
            absl::StrCat("s", cut, " ", volume.args.volume_id),
            volume.args.volume_id);
        if (snapshot.ok()) {
          snapshots_.push_back(snapshot->id);
          continue;
        }
        EXPECT_OK(ReadRefusal(snapshot.status()));
        return;
      }
    }
  }

  static int64_t BlockFor(Order order, int64_t bytes) {
    return order == Order::kRandom || bytes % kMiB != 0 ? 4096 : kMiB;
  }

  absl::Status Overwrite(Order asked, Cache cache) {
    std::vector<Writing> writings;
    for (const Written& volume : volumes_) {
      const Order order = volume.is_rest ? Order::kSequential : asked;
      writings.push_back({.path = volume.path,
                          .bytes = volume.bytes,
                          .order = order,
                          .cache = cache,
                          .block_bytes = BlockFor(order, volume.bytes),
                          .seed = ++writes_ + seed_});
    }
    return WriteAll(writings);
  }

  std::map<std::string, std::string> SnapshotDigests() {
    std::map<std::string, std::string> digests;
    for (const std::string& id : snapshots_) {
      const auto digest = FileDigest(world_.pool() + "/snapshots/" + id);
      EXPECT_OK(digest);
      digests[id] = digest.value_or("");
    }
    return digests;
  }

  // Takes the pool to its end with snapshots and one more volume, and writes
  // everything anew.
  void DivergeFromSnapshots() {
    SnapshotUntilRefused();
    EXPECT_GE(snapshots_.size(), volumes_.size());
    const int64_t rest = LargestBlock();
    if (rest > 0) {
      ASSERT_OK(Add(Block("rest", rest), 1));
      volumes_.back().is_rest = true;
    }
    EXPECT_OK(ReadRefusal(csi().CreateVolume(Block("more", 4096)).status()));
    ASSERT_OK(world_.daemons().Restart());
    EXPECT_EQ(LargestBlock(), 0) << "the same after a restart";
    const auto digests = SnapshotDigests();
    EXPECT_OK(Overwrite(Order::kRandom, Cache::kDirect));
    EXPECT_EQ(SnapshotDigests(), digests);
    std::cout << snapshots_.size() << " snapshots of " << volumes_.size()
              << " volumes; in the end " << FreeBytes() / kMiB
              << " MiB are free in the pool" << std::endl;
  }

  // Also by a journal that was given up after an error.
  void ExpectAllWritable() {
    for (const Written& volume : volumes_) {
      EXPECT_OK(WriteAt(volume.path, 0, Bytes(seed_, 4096)));
    }
  }

  const uint64_t seed_ = Seed();
  uint64_t writes_ = 0;
  std::vector<Written> volumes_;
  std::vector<std::string> snapshots_;
};

TEST_F(DivergenceTest, NoFileSystemSeesAnErrorWhenEverythingIsPromised) {
  ASSERT_OK(Start({.bytes = 1100 * kMiB}));
  ASSERT_OK(AddOneOfEachFileSystem());
  DivergeFromSnapshots();
  EXPECT_OK(Overwrite(Order::kRandom, Cache::kBuffered));
  ExpectAllWritable();
}

TEST_F(DivergenceTest, NoWriterToADeviceSeesAnErrorToTheLastByte) {
  ASSERT_OK(Start({.bytes = kTightBytes}));
  CreateArgs thick = Block("thick", kSmallBytes);
  thick.parameters = {{"provisioning", "thick"}};
  ASSERT_OK(Add(thick, 1));
  ASSERT_OK(Add(Block("thin", 3 * kSmallBytes / 2), 1));
  DivergeFromSnapshots();
  EXPECT_OK(Overwrite(Order::kSequential, Cache::kBuffered));
  EXPECT_LT(FreeBytes(), kTightBytes / 20) << "nothing was at stake";
}

// What a copy on write took ahead of need is nobody's when the snapshot is
// gone, and must not stay away from those whom it was promised to: the kernel
// (6.18) leaves it with a file that is open for writing until it is asked.
TEST_F(DivergenceTest, SpaceTakenAheadForASnapshotComesBackWhenItIsDeleted) {
  ASSERT_OK(Start({.bytes = 512 * kMiB}));
  ASSERT_OK(Add(Block("a", 192 * kMiB), 1));
  ASSERT_OK(Overwrite(Order::kSequential, Cache::kDirect));
  ASSERT_OK_AND_ASSIGN(const SnapshotFact snapshot,
                       csi().CreateSnapshot("s", volumes_[0].args.volume_id));
  for (int64_t at = 0; at < volumes_[0].bytes; at += kMiB) {
    ASSERT_OK(
        WriteAt(volumes_[0].path, at, Bytes(1, 4096), Durability::kCached));
  }
  ASSERT_OK(WriteAt(volumes_[0].path, 0, Bytes(1, 4096)));
  std::cout << FreeBytes() / kMiB << " MiB are free in the pool" << std::endl;
  ASSERT_OK(csi().DeleteSnapshot(snapshot.id));
  WaitForEmptyTrash();
  std::cout << FreeBytes() / kMiB << " MiB are free in the pool" << std::endl;
  ASSERT_OK(Add(Block("rest", LargestBlock()), 1));
  // The one that took it is not written to meanwhile.
  volumes_.erase(volumes_.begin());
  EXPECT_OK(Overwrite(Order::kSequential, Cache::kDirect));
  std::cout << FreeBytes() / kMiB << " MiB are free in the pool" << std::endl;
}

// A volume's last blocks are allocated in units, too.
TEST_F(DivergenceTest, SizesThatAreNoMultipleOfAnExtentFitAsPromised) {
  ASSERT_OK(Start({.bytes = 512 * kMiB}));
  for (int i = 0; i < 24; ++i) {
    ASSERT_OK(Add(Block(absl::StrCat("odd ", i), 4 * kMiB + 4096), 1));
  }
  DivergeFromSnapshots();
  EXPECT_LT(FreeBytes(), kTightBytes / 10) << "nothing was at stake";
}

}  // namespace
}  // namespace holdfast::root
