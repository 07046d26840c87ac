// fio writes and verifies on published volumes, through the page cache and
// past it, while both daemons are killed and started again, over and over, and
// while snapshots are cut and volumes grow. No I/O may fail, none may be found
// to be other than written, and none may stand still: not while a daemon is
// gone, either.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/machine.h"
#include "tests/root/fixture/world.h"
#include "tests/root/load/environment.h"
#include "tests/root/ride/fio.h"

namespace holdfast::root {
namespace {

constexpr int64_t kRange = 16 * kMiB;  // of each fio
constexpr int64_t kGrowth = 4 * kMiB;
constexpr int64_t kMostGrown = 64 * kMiB;
constexpr size_t kMostSnapshots = 3;  // of each volume
constexpr absl::Duration kStill = absl::Seconds(60);
constexpr absl::Duration kEnding = absl::Seconds(60);

struct Ridden {
  std::string fs_type;  // empty: block
  int64_t bytes = 0;
  NodeArgs args;
  std::vector<std::string> snapshots;
};

class RideTest : public testing::Test {
 protected:
  void SetUp() override {
    std::cout << "seed " << seed_ << std::endl;
    ASSERT_OK(world_.Start());
    for (const char* type : {"ext4", "xfs", ""}) ASSERT_OK(Make(type));
  }

  void TearDown() override {
    if (HasFailure()) GTEST_LOG_(INFO) << world_.daemons().LogTail();
  }

  absl::Status Make(const std::string& fs_type) {
    Ridden volume = {.fs_type = fs_type,
                     .bytes = fs_type == "xfs" ? 300 * kMiB : 64 * kMiB};
    const Access access = fs_type.empty() ? Access::kBlock : Access::kMount;
    ASSIGN_OR_RETURN(const VolumeFact made,
                     world_.csi().CreateVolume({.name = "ridden " + fs_type,
                                                .bytes = volume.bytes,
                                                .access = access,
                                                .fs_type = fs_type}));
    volume.args = world_.Places(made.id, access);
    RETURN_IF_ERROR(world_.Bring(volume.args));
    volumes_.push_back(std::move(volume));
    return absl::OkStatus();
  }

  // Both kinds on each volume, each with a file or a range of its own.
  absl::Status StartFio(absl::Duration runtime) {
    for (const Ridden& volume : volumes_) {
      for (const FioPath path : {FioPath::kDirect, FioPath::kBuffered}) {
        const std::string how =
            path == FioPath::kDirect ? "direct" : "buffered";
        const bool is_block = volume.fs_type.empty();
        const std::string name =
            absl::StrCat(how, "-", is_block ? "block" : volume.fs_type);
        FioSpec spec = {
            .name = name,
            .file = volume.args.target_path + (is_block ? "" : "/" + how),
            .offset = is_block && path == FioPath::kBuffered ? kRange : 0,
            .bytes = kRange,
            .path = path,
            .runtime = runtime,
            .seed = random_() >> 1,
            .output = world_.scratch().Sub(name + ".json")};
        ASSIGN_OR_RETURN(Fio fio, Fio::Start(spec));
        fios_.push_back(std::move(fio));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AwaitProgressOfAll() {
    for (Fio& fio : fios_) {
      RETURN_IF_ERROR(fio.AwaitProgress(absl::Now() + kStill));
    }
    return absl::OkStatus();
  }

  void Kill() {
    const uint64_t victim = random_() % 4;
    if (victim != 0) world_.daemons().KillNode();  // 0: the controller alone
    if (victim <= 1) world_.daemons().KillController();
  }

  absl::Status CutSnapshot(Ridden& volume) {
    ASSIGN_OR_RETURN(
        const SnapshotFact snapshot,
        world_.csi().CreateSnapshot(absl::StrCat("snapshot ", snapshots_++),
                                    volume.args.volume_id));
    volume.snapshots.push_back(snapshot.id);
    if (volume.snapshots.size() <= kMostSnapshots) return absl::OkStatus();
    const std::string oldest = volume.snapshots.front();
    volume.snapshots.erase(volume.snapshots.begin());
    return world_.csi().DeleteSnapshot(oldest);
  }

  // A mounted ext4 whose file system may not grow now has grown below it.
  absl::Status Grow(Ridden& volume) {
    const int64_t begin = volume.fs_type == "xfs" ? 300 * kMiB : 64 * kMiB;
    if (volume.bytes >= begin + kMostGrown) return absl::OkStatus();
    volume.bytes += kGrowth;
    ++expansions_;
    const absl::Status status =
        world_.csi()
            .ControllerExpand(volume.args.volume_id, volume.bytes)
            .status();
    const bool may_not =
        volume.fs_type == "ext4" && !HasCapability(CAP_SYS_RESOURCE);
    if (!may_not) return status;
    const bool says_so =
        absl::IsFailedPrecondition(status) &&
        absl::StrContains(status.message(), "CAP_SYS_RESOURCE");
    return says_so ? absl::OkStatus() : absl::InternalError(status.ToString());
  }

  // I/O on a device that was detached goes on until its last user is gone, so
  // fio would not notice.
  absl::Status CheckHeld() {
    size_t held = 0;
    for (const LoopEntry& loop : LoopsBelow(world_.pool())) {
      const auto is_its = [&](const Ridden& volume) {
        return absl::EndsWith(loop.file, volume.args.volume_id);
      };
      if (std::none_of(volumes_.begin(), volumes_.end(), is_its)) continue;
      ++held;
      char autoclear = 0;
      std::ifstream(
          absl::StrCat("/sys/block/loop", loop.number, "/loop/autoclear")) >>
          autoclear;
      if (autoclear == '0') continue;
      return absl::InternalError(absl::StrCat(loop.file, " was detached"));
    }
    if (held == volumes_.size()) return absl::OkStatus();
    return absl::InternalError(absl::StrCat(held, " volumes are attached"));
  }

  // Repeated calls find everything in its place.
  absl::Status OneInterval() {
    Kill();
    RETURN_IF_ERROR(AwaitProgressOfAll());
    RETURN_IF_ERROR(world_.daemons().Start());
    RETURN_IF_ERROR(AwaitProgressOfAll());
    RETURN_IF_ERROR(CheckHeld());
    Ridden& volume = volumes_[random_() % volumes_.size()];
    RETURN_IF_ERROR(Annotate(world_.Bring(volume.args), volume.fs_type));
    RETURN_IF_ERROR(Annotate(CutSnapshot(volume), "snapshot"));
    return random_() % 4 == 0 ? Annotate(Grow(volume), "grow")
                              : absl::OkStatus();
  }

  // Restored, the last snapshot mounts, and has what was being written to.
  void CheckLastSnapshot(const Ridden& volume) {
    ASSERT_FALSE(volume.snapshots.empty()) << volume.fs_type;
    ASSERT_OK_AND_ASSIGN(
        const VolumeFact copy,
        world_.csi().CreateVolume({.name = "copy " + volume.fs_type,
                                   .bytes = volume.bytes,
                                   .access = volume.args.access,
                                   .fs_type = volume.fs_type,
                                   .from_snapshot = volume.snapshots.back()}));
    const NodeArgs args = world_.Places(copy.id, volume.args.access);
    ASSERT_OK(world_.Bring(args));
    EXPECT_OK(world_.TakeBack(args));
  }

  const uint64_t seed_ = static_cast<uint64_t>(
      FromEnvironment("HOLDFAST_SEED", std::random_device()()));
  std::mt19937_64 random_{seed_};
  World world_;
  std::vector<Ridden> volumes_;
  std::vector<Fio> fios_;
  int64_t snapshots_ = 0;
  int64_t expansions_ = 0;
};

TEST_F(RideTest, NoErrorAndNoStandstillWhileDaemonsAreKilled) {
  const absl::Duration runtime =
      absl::Seconds(FromEnvironment("HOLDFAST_RIDE_SECONDS", 60));
  ASSERT_OK(StartFio(runtime));
  const absl::Time end = absl::Now() + runtime * 0.9;
  int64_t intervals = 0;
  for (; absl::Now() < end && !HasFailure(); ++intervals) {
    SCOPED_TRACE(absl::StrCat("interval ", intervals, ", seed ", seed_));
    ASSERT_OK(OneInterval());
  }
  for (Fio& fio : fios_) {
    ASSERT_OK_AND_ASSIGN(const int64_t written,
                         fio.Finish(absl::Now() + kEnding));
    std::cout << fio.name() << ": " << written / kMiB << " MiB written"
              << std::endl;
  }
  for (const Ridden& volume : volumes_) {
    EXPECT_OK(world_.TakeBack(volume.args));
    CheckLastSnapshot(volume);
  }
  EXPECT_TRUE(LoopsBelow(world_.pool()).empty());
  std::cout << intervals << " kills and starts, " << snapshots_
            << " snapshots, " << expansions_ << " expansions under I/O"
            << std::endl;
  EXPECT_GT(intervals, absl::ToInt64Seconds(runtime) / 3 /
                           FromEnvironment("HOLDFAST_SLOWER", 1));
  EXPECT_GT(expansions_, 0);
}

}  // namespace
}  // namespace holdfast::root
