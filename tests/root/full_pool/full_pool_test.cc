// At ratio 1.0 a pool that promised everything keeps it: whatever is
// overwritten while snapshots hold the old data, no writer hears of it.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/full_pool/full_pool_fixture.h"

namespace holdfast::root {
namespace {

constexpr int64_t kSmallBytes = 64 * kMiB;

uint64_t Seed() {
  const char* const set = std::getenv("HOLDFAST_SEED");
  return set != nullptr ? std::strtoull(set, nullptr, 10) : 20250101;
}

// A volume, and what of it is written over and over.
struct Written {
  NodeArgs args;
  std::string path;
  int64_t bytes = 0;
};

class DivergenceTest : public FullPoolTest {
 protected:
  void SetUp() override {
    std::cout << "HOLDFAST_SEED=" << seed_ << std::endl;
    ASSERT_OK(Start({.bytes = 1280 * kMiB}));
  }

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

  absl::Status AddOneOfEachKind() {
    CreateArgs thick = Block("thick", kSmallBytes);
    thick.parameters = {{"provisioning", "thick"}};
    RETURN_IF_ERROR(Add(Block("block", kSmallBytes), 1));
    RETURN_IF_ERROR(Add(thick, 1));
    RETURN_IF_ERROR(Add(Mounted("ext3", "ext3", kSmallBytes), 0.7));
    RETURN_IF_ERROR(Add(Mounted("ext4", "ext4", kSmallBytes), 0.7));
    RETURN_IF_ERROR(Add(Mounted("btrfs", "btrfs", 128 * kMiB), 0.3));
    return Add(Mounted("xfs", "xfs", 300 * kMiB), 0.3);
  }

  // Until the pool has no room for the next one. Answers how many there are.
  int SnapshotUntilRefused() {
    for (int cut = 0;; ++cut) {
      for (const Written& volume : volumes_) {
        const auto snapshot = csi().CreateSnapshot(
            absl::StrCat("s", cut, " ", volume.args.volume_id),
            volume.args.volume_id);
        if (snapshot.ok()) {
          snapshots_.push_back(snapshot->id);
          continue;
        }
        EXPECT_OK(ReadRefusal(snapshot.status()));
        return static_cast<int>(snapshots_.size());
      }
    }
  }

  absl::Status Overwrite(Order order, Cache cache) {
    std::vector<Writing> writings;
    for (const Written& volume : volumes_) {
      writings.push_back({.path = volume.path,
                          .bytes = volume.bytes,
                          .order = order,
                          .cache = cache,
                          .block_bytes = order == Order::kRandom ? 4096 : kMiB,
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

TEST_F(DivergenceTest, NoWriterSeesAnErrorWhenEverythingPromisedIsTaken) {
  ASSERT_OK(AddOneOfEachKind());
  ASSERT_OK(Overwrite(Order::kSequential, Cache::kBuffered));
  EXPECT_GE(SnapshotUntilRefused(), static_cast<int>(volumes_.size()));
  // What no snapshot fits into is promised to one more volume.
  const int64_t rest = LargestBlock();
  ASSERT_GT(rest, 0);
  ASSERT_OK(Add(Block("rest", rest), 1));
  EXPECT_OK(ReadRefusal(csi().CreateVolume(Block("more", 4096)).status()));
  ASSERT_OK(world_.daemons().Restart());
  EXPECT_EQ(LargestBlock(), 0) << "the same after a restart";

  const auto digests = SnapshotDigests();
  EXPECT_OK(Overwrite(Order::kRandom, Cache::kDirect));
  EXPECT_OK(Overwrite(Order::kRandom, Cache::kBuffered));
  EXPECT_OK(Overwrite(Order::kSequential, Cache::kBuffered));
  ExpectAllWritable();
  EXPECT_EQ(SnapshotDigests(), digests);
  std::cout << snapshots_.size() << " snapshots of " << volumes_.size()
            << " volumes; in the end " << FreeBytes() / kMiB
            << " MiB are free in the pool" << std::endl;
}

}  // namespace
}  // namespace holdfast::root
