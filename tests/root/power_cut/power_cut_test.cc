// The pool's disk loses its power at random moments while every mutating call
// runs. The disk is a file on another XFS under a loop device with direct I/O;
// cloning that file (FICLONE) takes all of it at one instant, without what is
// still in caches. Each clone is then opened as a pool and held against what
// callers had been told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/volume_io.h"
#include "tests/root/fixture/world.h"
#include "tests/root/fixture/xfs_image.h"
#include "tests/root/power_cut/load.h"

namespace holdfast::root {
namespace {

using ::testing::IsEmpty;

constexpr int kCallers = 4;
constexpr int64_t kLongestPauseUs = 40000;
constexpr int64_t kExt4Magic = 0x438;
constexpr size_t kChecked = 3;  // objects of each cut
constexpr size_t kPrefix = 17;  // "p" and the hash of the pool

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

// A disk as it was at the moment of a cut, brought up again.
class CutDisk {
 public:
  explicit CutDisk(World& world)
      : image_(world.scratch().Sub("o/cut")),
        mount_point_(world.scratch().Sub("c")),
        daemons_({.directory = world.scratch().MakeDirectory("d"),
                  .pool = mount_point_ + "/pool",
                  .parts = DaemonParts::kNodeOnly}) {}

  absl::StatusOr<Cut> Take(const std::string& disk) {
    Cut cut;
    cut.begin = absl::Now();
    RETURN_IF_ERROR(CloneFile(disk, image_));
    cut.end = absl::Now();
    return cut;
  }

  // Recovers its file system and opens the pool on it.
  absl::Status Open() {
    ASSIGN_OR_RETURN(device_, MountImage(image_, mount_point_));
    return daemons_.Start();
  }

  absl::StatusOr<std::map<std::string, ObjectState>> Objects() {
    std::map<std::string, ObjectState> found;
    ASSIGN_OR_RETURN(const auto volumes, daemons_.csi().ListVolumes());
    for (const VolumeFact& volume : volumes) {
      found[volume.id] = {.bytes = volume.bytes, .source = volume.source};
    }
    ASSIGN_OR_RETURN(const auto snapshots, daemons_.csi().ListSnapshots());
    for (const SnapshotFact& snapshot : snapshots) {
      found[snapshot.id] = {.bytes = snapshot.bytes,
                            .source = snapshot.source_volume};
    }
    return found;
  }

  // Files of volumes/ and snapshots/, read past the daemon.
  size_t Files() const {
    size_t files = 0;
    for (const char* directory : {"/pool/volumes", "/pool/snapshots"}) {
      for ([[maybe_unused]] const auto& entry :
           std::filesystem::directory_iterator(mount_point_ + directory)) {
        ++files;
      }
    }
    return files;
  }

  bool IncomingIsEmpty() const {
    return std::filesystem::is_empty(mount_point_ + "/pool/incoming");
  }

  // The ext4 in the data file of an object is whole: nobody ever mounted it.
  // Of a block volume it is enough that it can be read.
  absl::Status CheckData(const std::string& id) const {
    for (const char* directory : {"/pool/volumes/", "/pool/snapshots/"}) {
      const std::string file = mount_point_ + directory + id;
      if (!std::filesystem::exists(file)) continue;
      ASSIGN_OR_RETURN(const std::string magic, ReadAt(file, kExt4Magic, 2));
      if (magic == std::string(2, '\0')) return absl::OkStatus();
      return RunProgram({"e2fsck", "-fn", file}).status();
    }
    return absl::NotFoundError(id);
  }

  absl::Status Close() {
    daemons_.KillNode();
    RETURN_IF_ERROR(UnmountImage(device_, mount_point_));
    std::filesystem::remove(image_);
    return absl::OkStatus();
  }

 private:
  const std::string image_;
  const std::string mount_point_;
  std::string device_;
  Daemons daemons_;
};

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
    EXPECT_THAT(history_.Judge(cut, found), IsEmpty());
    EXPECT_EQ(disk.Files(), found.size()) << "a file that is not listed";
    EXPECT_TRUE(disk.IncomingIsEmpty());
    CheckSome(disk, found);
    objects_ += found.size();
    ASSERT_OK(disk.Close());
    ASSERT_OK(EmptyLog(world_.scratch().Sub("x")));
  }

  void CheckSome(const CutDisk& disk,
                 const std::map<std::string, ObjectState>& found) {
    std::vector<std::map<std::string, ObjectState>::value_type> some;
    std::sample(found.begin(), found.end(), std::back_inserter(some), kChecked,
                random_);
    for (const auto& [id, state] : some) EXPECT_OK(disk.CheckData(id));
  }

  World world_;
  std::mt19937_64 random_;
  History history_;
  size_t objects_ = 0;
};

TEST_F(PowerCutTest, LeavesEverythingAcknowledgedAndNothingHalf) {
  const int64_t cuts = FromEnvironment("HOLDFAST_CUTS", 100);
  const int64_t seed = FromEnvironment("HOLDFAST_SEED", std::random_device()());
  std::cout << "seed " << seed << std::endl;
  random_.seed(static_cast<uint64_t>(seed));
  ASSERT_OK_AND_ASSIGN(const std::string pool, PoolPrefix());
  Load load({.csi = world_.csi(),
             .history = history_,
             .pool = pool,
             .name = "caller",
             .seed = static_cast<uint64_t>(seed)},
            kCallers);
  CutDisk disk(world_);
  for (int64_t cut = 0; cut < cuts && !HasFailure(); ++cut) {
    SCOPED_TRACE(absl::StrCat("cut ", cut, ", seed ", seed));
    absl::SleepFor(
        absl::Microseconds(static_cast<int64_t>(random_() % kLongestPauseUs)));
    CutAndJudge(disk);
  }
  EXPECT_OK(load.Stop());
  std::cout << cuts << " cuts, " << objects_ << " objects held against "
            << history_.acknowledged() << " acknowledged calls" << std::endl;
  EXPECT_GT(history_.acknowledged(), cuts);
}

}  // namespace
}  // namespace holdfast::root
