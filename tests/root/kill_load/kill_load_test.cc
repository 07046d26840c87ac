// Either daemon, or both, are killed (SIGKILL) at random moments while eight
// callers make, use, copy, grow, delete and undelete volumes, and repeat what
// was not answered, as a CO does. After each restart the machine is held
// against what the callers were told: every object is there, as it was left,
// and nothing else is; no loop device, mount, path or file is left over. The
// load goes on through all of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <numeric>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/btrfs_clones.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/kill_load/inspector.h"
#include "tests/root/load/environment.h"
#include "tests/root/load/load.h"

namespace holdfast::root {
namespace {

using ::testing::IsEmpty;

constexpr int kCallers = 8;
constexpr size_t kMostObjects = 5;  // of each kind and caller
constexpr int64_t kLongestRunUs = 60000;
constexpr int64_t kDataChecks = 10;   // in a run
constexpr size_t kSnapshotsRead = 8;  // in each of them
constexpr int64_t kFew = 20;          // kills, which all meet what is frequent
constexpr size_t kPrefix = 17;        // "p" and the hash of the pool

// In which daemons have a part.
bool IsCall(size_t deed) { return deed < static_cast<size_t>(Deed::kWrite); }

int64_t CallsIn(const PerDeed& counts) {
  int64_t sum = 0;
  for (size_t deed = 0; deed < kDeeds; ++deed) {
    if (IsCall(deed)) sum += counts[deed];
  }
  return sum;
}

std::string Text(const PerDeed& counts) {
  std::string text;
  for (size_t deed = 0; deed < kDeeds; ++deed) {
    absl::StrAppend(&text, deed == 0 ? "" : ", ", Name(static_cast<Deed>(deed)),
                    " ", counts[deed]);
  }
  return text;
}

class KillLoadTest : public testing::Test {
 protected:
  void SetUp() override {
    std::cout << "seed " << seed_ << std::endl;
    ASSERT_OK(
        world_.StartWith({.bytes = 64 * kGiB},
                         {.trash = TrashPolicy::kKept, .log_verbosity = 0}));
    trash_.emplace(world_.daemons().controller_endpoint(), WhenDown::kFail);
    inspector_.emplace(world_, histories_, world_.scratch().path());
  }

  void TearDown() override {
    if (HasFailure()) GTEST_LOG_(INFO) << world_.daemons().LogTail();
  }

  absl::StatusOr<std::vector<Caller::Spec>> MakeCallers() {
    ASSIGN_OR_RETURN(
        const VolumeFact probe,
        world_.csi().CreateVolume(
            {.name = "probe", .bytes = kMiB, .access = Access::kBlock}));
    RETURN_IF_ERROR(world_.csi().DeleteVolume(probe.id));
    ASSIGN_OR_RETURN(const std::string key, trash_->KeyOf(probe.id));
    RETURN_IF_ERROR(trash_->Purge(key));
    std::vector<std::string> fs_types = {"ext4", "ext4", "xfs"};
    ASSIGN_OR_RETURN(const bool has_btrfs, MountsClonesOfOneBtrfs());
    if (has_btrfs) fs_types.push_back("btrfs");
    std::vector<Caller::Spec> callers;
    for (uint64_t i = 0; i < kCallers; ++i) {
      callers.push_back({.csi = world_.csi(),
                         .history = histories_.objects,
                         .pool = probe.id.substr(0, kPrefix),
                         .node = world_.daemons().spec().node_id,
                         .name = absl::StrCat("caller", i),
                         .seed = seed_ * kCallers + i,
                         .most_objects = kMostObjects,
                         .fs_types = fs_types,
                         .node_side = &node_side_,
                         .trash = &*trash_});
    }
    return callers;
  }

  // The callers go on asking while the daemons start, or they do not: then
  // what was cut off is seen as it was left.
  void KillAndJudge(Load& load) {
    absl::SleepFor(absl::Microseconds(
        slower_ * static_cast<int64_t>(random_() % kLongestRunUs)));
    const bool quietly = random_() % 2 == 0;
    NoteInside(load.gate().inside());
    Kill();
    if (quietly) load.gate().Close();
    const absl::Time begin = absl::Now();
    ASSERT_OK(world_.daemons().Start());
    starting_ += absl::Now() - begin;
    if (!quietly) load.gate().Close();
    const absl::Time closed = absl::Now();
    EXPECT_THAT(inspector_->Judge(), IsEmpty());
    judging_ += absl::Now() - closed;
    EXPECT_OK(load.status());
    ++kills_;
  }

  void Kill() {
    const uint64_t victim = random_() % 5;
    if (victim != 0) world_.daemons().KillNode();  // 0: the controller alone
    if (victim <= 1) world_.daemons().KillController();
  }

  void NoteInside(const PerDeed& inside) {
    for (size_t deed = 0; deed < kDeeds; ++deed) {
      inside_[deed] += inside[deed];
    }
    idle_kills_ += CallsIn(inside) == 0 ? 1 : 0;
  }

  void JudgeData() {
    const absl::Time begin = absl::Now();
    ASSERT_OK_AND_ASSIGN(const auto wrong,
                         inspector_->JudgeData(kSnapshotsRead, random_()));
    EXPECT_THAT(wrong, IsEmpty());
    reading_ += absl::Now() - begin;
  }

  // Fewer than a hundred kills need not meet what is rare or short. Of what is
  // frequent, one in two kills was seen to meet a call, so kFew surely do.
  int64_t LeastInside(Deed deed) const {
    const bool frequent = deed == Deed::kCreate || deed == Deed::kExpand ||
                          deed == Deed::kStage || deed == Deed::kDelete;
    return std::max<int64_t>(kills_ / 100, frequent && kills_ >= kFew ? 1 : 0);
  }

  // It was a load, and it was under way when daemons died.
  void ExpectEnough(const PerDeed& answered) {
    for (size_t deed = 0; deed < kDeeds; ++deed) {
      EXPECT_GE(answered[deed], kills_ / 10) << Name(static_cast<Deed>(deed));
      if (!IsCall(deed)) continue;
      EXPECT_GE(inside_[deed], LeastInside(static_cast<Deed>(deed)))
          << Name(static_cast<Deed>(deed));
    }
    EXPECT_GT(CallsIn(inside_), 2 * kills_) << "calls in flight at kills";
    EXPECT_LT(idle_kills_, kills_ / 5 + 1) << "kills without any";
  }

  const uint64_t seed_ = static_cast<uint64_t>(
      FromEnvironment("HOLDFAST_SEED", std::random_device()()));
  std::mt19937_64 random_{seed_};
  // On a machine so much slower than usual (an emulation).
  const int64_t slower_ = FromEnvironment("HOLDFAST_SLOWER", 1);
  World world_;
  Histories histories_;
  NodeSide node_side_ = {.directory = world_.scratch().path(),
                         .uses = histories_.uses,
                         .data = histories_.data};
  std::optional<TrashClient> trash_;
  std::optional<Inspector> inspector_;
  int64_t kills_ = 0;
  int64_t idle_kills_ = 0;
  PerDeed inside_ = {};  // at all kills
  absl::Duration starting_;
  absl::Duration judging_;
  absl::Duration reading_;
};

TEST_F(KillLoadTest, LeavesEverythingAcknowledgedAndNothingElse) {
  const int64_t kills = FromEnvironment("HOLDFAST_KILLS", 500);
  const absl::Time begin = absl::Now();
  ASSERT_OK_AND_ASSIGN(const auto callers, MakeCallers());
  Load load(callers, Patience::kUntilAnswered);
  while (kills_ < kills && !HasFailure()) {
    SCOPED_TRACE(absl::StrCat("kill ", kills_, ", seed ", seed_));
    KillAndJudge(load);
    if (kills_ % std::max<int64_t>(1, kills / kDataChecks) == 0) JudgeData();
    if (!HasFailure()) load.gate().Open();
  }
  EXPECT_OK(load.Stop());
  EXPECT_THAT(inspector_->Judge(), IsEmpty());
  const PerDeed answered = load.gate().answered();
  std::cout << kills_ << " kills in " << absl::Now() - begin
            << " (daemons starting " << starting_ << ", judging " << judging_
            << ", reading data " << reading_
            << ")\nacknowledged: " << Text(answered)
            << "\nin flight at kills: " << Text(inside_)
            << "\nobjects held against the history: " << inspector_->objects()
            << ", of which with their data: " << inspector_->read()
            << std::endl;
  if (!HasFailure()) ExpectEnough(answered);
}

}  // namespace
}  // namespace holdfast::root
