// The pool's disk loses its power at random moments while every mutating call
// runs. The disk is a file on another XFS under a loop device with direct I/O;
// cloning that file (FICLONE) takes all of it at one instant, without what is
// still in caches. Each clone is then opened as a pool and held against what
// callers had been told: what there is, its size, access and publications, and
// the data of copies.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/world.h"
#include "tests/root/fixture/xfs_image.h"
#include "tests/root/load/load.h"
#include "tests/root/load/sources.h"
#include "tests/root/power_cut/cut_disk.h"

namespace holdfast::root {
namespace {

using ::testing::IsEmpty;

constexpr int kCallers = 4;
constexpr int64_t kLongestPauseUs = 40000;
constexpr size_t kChecked = 3;  // file systems of each cut
constexpr size_t kPrefix = 17;  // "p" and the hash of the pool

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

class PowerCutTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_OK(world_.Start({.place = DiskPlace::kXfs})); }

  // What ids of this pool begin with.
  absl::StatusOr<std::string> PoolPrefix() {
    ASSIGN_OR_RETURN(
        const VolumeFact probe,
        world_.csi().CreateVolume(
            {.name = "probe", .bytes = kMiB, .access = Access::kBlock}));
    RETURN_IF_ERROR(world_.csi().DeleteVolume(probe.id));
    return probe.id.substr(0, kPrefix);
  }

  void CutAndJudge(CutDisk& disk) {
    ASSERT_OK_AND_ASSIGN(const Cut cut, disk.Take(world_.disk()));
    ASSERT_OK(disk.Open());
    ASSERT_OK_AND_ASSIGN(const auto found, disk.Objects());
    EXPECT_THAT(history_.Judge(cut, TextOfEach(found)), IsEmpty());
    EXPECT_EQ(disk.Files(), found.size()) << "a file that is not listed";
    EXPECT_TRUE(disk.IncomingIsEmpty());
    CheckSome(disk, found);
    objects_ += found.size();
    for (const auto& [id, state] : found) {
      with_data_ += state.data.empty() ? 0 : 1;
      published_ += state.nodes.empty() ? 0 : 1;
    }
    ASSERT_OK(disk.Close());
    ASSERT_OK(EmptyLog(world_.scratch().Sub("x")));
  }

  void CheckSome(const CutDisk& disk,
                 const std::map<std::string, ObjectState>& found) {
    std::vector<std::map<std::string, ObjectState>::value_type> some;
    std::sample(found.begin(), found.end(), std::back_inserter(some), kChecked,
                random_);
    for (const auto& [id, state] : some) {
      EXPECT_OK(disk.CheckFileSystem(id, state)) << id;
    }
  }

  // Of each access type one: copies are made while it is in use.
  absl::StatusOr<Caller::Objects> MakeSources(int caller) {
    Caller::Objects made;
    for (const Access access : {Access::kMount, Access::kBlock}) {
      const size_t number = sources_.size();
      ASSIGN_OR_RETURN(
          Source source,
          MakeSource(world_,
                     {.name = absl::StrCat("source ", number, " of ", caller),
                      .bytes = 16 * kMiB,
                      .access = access},
                     number));
      const Facts made_now = {{source.id, Text(source.state)}};
      history_.Begin(made_now);
      history_.Acknowledge(made_now);
      made[source.id] = source.state;
      sources_.push_back(std::move(source));
    }
    return made;
  }

  absl::StatusOr<std::vector<Caller::Spec>> MakeCallers(uint64_t seed) {
    ASSIGN_OR_RETURN(const std::string pool, PoolPrefix());
    std::vector<Caller::Spec> callers;
    for (int i = 0; i < kCallers; ++i) {
      ASSIGN_OR_RETURN(Caller::Objects sources, MakeSources(i));
      callers.push_back({.csi = world_.csi(),
                         .history = history_,
                         .pool = pool,
                         .node = world_.daemons().spec().node_id,
                         .name = absl::StrCat("caller", i),
                         .seed = seed + static_cast<uint64_t>(i),
                         .sources = std::move(sources)});
    }
    return callers;
  }

  World world_;
  std::mt19937_64 random_;
  History history_;
  std::vector<Source> sources_;
  size_t objects_ = 0;  // seen in all cuts
  size_t with_data_ = 0;
  size_t published_ = 0;
};

TEST_F(PowerCutTest, LeavesEverythingAcknowledgedAndNothingHalf) {
  const int64_t cuts = FromEnvironment("HOLDFAST_CUTS", 100);
  const int64_t seed = FromEnvironment("HOLDFAST_SEED", std::random_device()());
  std::cout << "seed " << seed << std::endl;
  random_.seed(static_cast<uint64_t>(seed));
  ASSERT_OK_AND_ASSIGN(const auto callers,
                       MakeCallers(static_cast<uint64_t>(seed)));
  CutDisk disk(world_, sources_);
  Load load(callers);
  for (int64_t cut = 0; cut < cuts && !HasFailure(); ++cut) {
    SCOPED_TRACE(absl::StrCat("cut ", cut, ", seed ", seed));
    absl::SleepFor(
        absl::Microseconds(static_cast<int64_t>(random_() % kLongestPauseUs)));
    CutAndJudge(disk);
  }
  EXPECT_OK(load.Stop());
  std::cout << cuts << " cuts, " << objects_ << " objects (" << with_data_
            << " with known data, " << published_ << " published) held against "
            << history_.acknowledged() << " acknowledged calls" << std::endl;
  EXPECT_GT(history_.acknowledged(), cuts);
  // More than the sources themselves.
  EXPECT_GT(with_data_, sources_.size() * static_cast<size_t>(cuts));
  EXPECT_GT(published_, 0U);
}

}  // namespace
}  // namespace holdfast::root
