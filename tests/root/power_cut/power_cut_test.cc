// The pool's disk loses its power at random moments while eight callers make,
// use, copy, grow, delete and undelete volumes. The disk has a write cache
// (tests/root/block_layer): what no flush made durable is all there after a
// cut, as if it had been written in order, or all lost, or any of it is there,
// torn, in any order. What each cut leaves is then opened as a pool and held
// against what callers had been told: what there is and in the trash, its
// size, access, origin and publications, and what was written and synced
// through volumes, also inside their file systems.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <iterator>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/btrfs_clones.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/trash.h"
#include "tests/root/fixture/world.h"
#include "tests/root/fixture/xfs_image.h"
#include "tests/root/load/environment.h"
#include "tests/root/load/load.h"
#include "tests/root/power_cut/cut_disk.h"

namespace holdfast::root {
namespace {

using ::testing::IsEmpty;

constexpr int kCallers = 8;
constexpr size_t kMostObjects = 5;  // of each kind and caller
constexpr int64_t kLongestRunUs = 150000;
constexpr size_t kMounted = 3;     // volumes of each cut
constexpr size_t kCutsOfALog = 3;  // then it is emptied
constexpr size_t kEnough = 15;     // cuts, for something to be at stake
constexpr int64_t kStepwise = 4;   // one of so many cuts is after one call
constexpr size_t kPrefix = 17;     // "p" and the hash of the pool
constexpr int64_t kDiskBytes = 32 * kGiB;

// Of a hundred cuts so many on disks with these logical blocks.
struct Share {
  uint32_t block_bytes;
  int64_t percent;
};

void PrintTo(const Share& share, std::ostream* out) {
  *out << share.block_bytes << " bytes";
}

class PowerCutTest : public testing::TestWithParam<Share> {
 protected:
  void SetUp() override {
    std::cout << "seed " << seed_ << std::endl;
    ASSERT_OK(world_.Start({.place = DiskPlace::kCached,
                            .bytes = kDiskBytes,
                            .block_bytes = GetParam().block_bytes},
                           TrashPolicy::kKept));
  }

  // Of all cuts the part for this kind of disk, or a fraction of it; at least
  // one, however few there are in all.
  static size_t CutsOf(int64_t fraction) {
    const int64_t all = FromEnvironment("HOLDFAST_CUTS", 100);
    const int64_t part = all * GetParam().percent / 100 / fraction;
    return static_cast<size_t>(std::max<int64_t>(1, part));
  }

  // The first cut may come before there is anything: a run that has seen
  // nothing yet is made longer.
  bool GoesOn(size_t cuts) const {
    const size_t least = seen_ == 0 ? std::max(cuts, kEnough) : cuts;
    return cuts_ < least && !HasFailure();
  }

  // What ids of this pool begin with.
  absl::StatusOr<std::string> PoolPrefix() {
    ASSIGN_OR_RETURN(
        const VolumeFact probe,
        world_.csi().CreateVolume(
            {.name = "probe", .bytes = kMiB, .access = Access::kBlock}));
    RETURN_IF_ERROR(world_.csi().DeleteVolume(probe.id));
    TrashClient trash(world_.daemons().agent_endpoint());
    ASSIGN_OR_RETURN(const std::string key, trash.KeyOf(probe.id));
    RETURN_IF_ERROR(trash.Purge(key));
    return probe.id.substr(0, kPrefix);
  }

  absl::StatusOr<std::vector<Caller::Spec>> MakeCallers(TrashClient& trash) {
    ASSIGN_OR_RETURN(const std::string pool, PoolPrefix());
    std::vector<std::string> fs_types = {"ext4", "ext4", "ext4", "xfs"};
    ASSIGN_OR_RETURN(const bool has_btrfs, MountsClonesOfOneBtrfs());
    if (has_btrfs) fs_types.push_back("btrfs");
    std::vector<Caller::Spec> callers;
    for (int i = 0; i < kCallers; ++i) {
      callers.push_back({.csi = world_.csi(),
                         .history = objects_,
                         .pool = pool,
                         .node = world_.daemons().spec().node_id,
                         .name = absl::StrCat("caller", i),
                         .seed = seed_ + static_cast<uint64_t>(i),
                         .most_objects = kMostObjects,
                         .fs_types = fs_types,
                         .node_side = &node_side_,
                         .trash = &trash});
    }
    return callers;
  }

  CutSpec NextCut() {
    constexpr std::array kKinds = {Loss::kNothing, Loss::kEverything,
                                   Loss::kSome, Loss::kSome};
    const size_t number = cuts_;
    return {.loss = kKinds[number % kKinds.size()],
            .moment = number % 3 == 0 ? Moment::kNow : Moment::kBeforeFlush,
            .seed = random_(),
            .sector_bytes = GetParam().block_bytes};
  }

  // The callers wait while it is looked at what the cut left.
  void CutAndJudge(CutDisk& disk, const CutSpec& spec, Gate& gate) {
    SCOPED_TRACE(absl::StrCat("cut ", cuts_, ", loss ",
                              static_cast<int>(spec.loss), ", seed ", seed_));
    ++cuts_;
    ASSERT_OK_AND_ASSIGN(const Cut cut, disk.Take(spec));
    gate.Close();
    ASSERT_OK(disk.Open());
    ASSERT_OK_AND_ASSIGN(const Found found, disk.Look());
    EXPECT_THAT(found.wrong, IsEmpty());
    EXPECT_THAT(objects_.Judge(cut, found.objects), IsEmpty());
    EXPECT_THAT(data_.JudgeThese(cut, found.data), IsEmpty());
    seen_ += found.objects.size();
    JudgeMounted(disk, cut, found);
    EXPECT_OK(disk.TryOut());
    ASSERT_OK(disk.Close());
    // The longer the log, the longer its recovery.
    if (cuts_ % kCutsOfALog == 0) {
      ASSERT_OK(EmptyLog(world_.scratch().Sub("x")));
    }
    gate.Open();
  }

  void JudgeMounted(CutDisk& disk, const Cut& cut, const Found& found) {
    std::vector<std::string> some;
    std::sample(found.for_mounting.begin(), found.for_mounting.end(),
                std::back_inserter(some), kMounted, random_);
    Facts data;
    for (const std::string& id : some) {
      ASSERT_OK_AND_ASSIGN(data[id], disk.ReadVolume(id));
      with_data_ += data[id] == "0" ? 0 : 1;
    }
    EXPECT_THAT(data_.JudgeThese(cut, data), IsEmpty());
  }

  const uint64_t seed_ = static_cast<uint64_t>(
      FromEnvironment("HOLDFAST_SEED", std::random_device()()));
  World world_;
  std::mt19937_64 random_{seed_};
  History objects_;
  History uses_;
  History data_;
  NodeSide node_side_ = {
      .directory = world_.scratch().Sub("n"), .uses = uses_, .data = data_};
  size_t cuts_ = 0;
  size_t seen_ = 0;  // objects
  size_t with_data_ = 0;
};

TEST_P(PowerCutTest, LeavesEverythingAcknowledgedAndNothingHalf) {
  const size_t cuts = std::max<size_t>(1, CutsOf(1) - CutsOf(kStepwise));
  TrashClient trash(world_.daemons().agent_endpoint());
  ASSERT_OK_AND_ASSIGN(const auto callers, MakeCallers(trash));
  CutDisk disk(world_, GetParam().block_bytes);
  Load load(callers, Patience::kUntilAnswered);
  while (GoesOn(cuts)) {
    absl::SleepFor(
        absl::Microseconds(static_cast<int64_t>(random_() % kLongestRunUs)));
    CutAndJudge(disk, NextCut(), load.gate());
    ASSERT_OK(load.status());
  }
  EXPECT_OK(load.Stop());
  ASSERT_OK_AND_ASSIGN(const CacheCounts counts, world_.cached_disk().Counts());
  std::cout << cuts_ << " cuts with " << counts.at_stake
            << " writes in the cache, " << seen_ << " objects (" << with_data_
            << " mounted with data) held against " << objects_.acknowledged()
            << " acknowledged calls" << std::endl;
  EXPECT_GE(objects_.acknowledged(), static_cast<int64_t>(cuts));
  EXPECT_GT(seen_, 0U);
  if (cuts < kEnough) return;
  EXPECT_GT(counts.at_stake, 0);
  EXPECT_GT(with_data_, 0U);
}

// One caller, so that nothing but a sync of its own makes durable what it was
// told.
TEST_P(PowerCutTest, LosesNothingOfTheLastCall) {
  TrashClient trash(world_.daemons().agent_endpoint());
  ASSERT_OK_AND_ASSIGN(const auto callers, MakeCallers(trash));
  CutDisk disk(world_, GetParam().block_bytes);
  Gate gate(Patience::kUntilAnswered);
  Caller caller(callers.front(), gate);
  while (GoesOn(CutsOf(kStepwise))) {
    ASSERT_OK(caller.Step());
    CutAndJudge(
        disk,
        {.loss = Loss::kEverything, .sector_bytes = GetParam().block_bytes},
        gate);
  }
  std::cout << cuts_ << " cuts, " << seen_ << " objects (" << with_data_
            << " mounted with data)" << std::endl;
  EXPECT_GT(seen_, 0U);
}

INSTANTIATE_TEST_SUITE_P(Blocks, PowerCutTest,
                         testing::Values(Share{4096, 75}, Share{512, 25}));

}  // namespace
}  // namespace holdfast::root
