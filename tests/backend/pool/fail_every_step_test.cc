// Every call of every verb fails once, with each errno that it can really
// give: the code is right, nothing is leaked, and the retry succeeds.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "backend/idempotent_backend.h"
#include "tests/backend/pool/scenarios.h"

namespace holdfast::pool {
namespace {

// What may be said of a call that failed on this errno. NOT_FOUND and
// ALREADY_EXISTS would be lies, and so would RESOURCE_EXHAUSTED about anything
// but storage, and DATA_LOSS about anything but a file that cannot be read.
bool IsRightCode(absl::StatusCode code, const std::string& call, int error) {
  const bool is_full = error == ENOSPC || error == EDQUOT;
  const bool is_storage = call.rfind("LoopDevices", 0) != 0;
  switch (code) {
    case absl::StatusCode::kResourceExhausted:
      // Trash that cannot be unlinked gives no room back.
      return (is_full && is_storage) || call == "Files.Unlink";
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kInternal:
      return !(is_full && is_storage);
    case absl::StatusCode::kDataLoss:
      return error == EIO &&
             (call == "Files.Stat" || call == "DataFiles.GetAttribute");
    case absl::StatusCode::kOutOfRange:
      return error == EFBIG;
    case absl::StatusCode::kFailedPrecondition:
      return call == "Commands.Run" || call.rfind("Mounts", 0) == 0 ||
             call.rfind("FileSystems", 0) == 0;
    default:
      return false;
  }
}

class FailEveryStepTest : public ::testing::TestWithParam<Scenario> {
 protected:
  // The calls of one undisturbed run.
  std::vector<fakes::Call> Learn() {
    PoolFixture fixture;
    GetParam().prepare(fixture);
    backend::IdempotentBackend backend(*fixture.pool);
    fixture.kernel.calls().Reset();
    const absl::Status status = GetParam().act(fixture, backend);
    EXPECT_TRUE(status.ok()) << status;
    return fixture.kernel.calls().List();
  }

  // What the pool says of its objects. Not the trash: what makes room need not
  // be gone for good.
  static std::vector<std::string> Told(PoolFixture& fixture) {
    std::vector<std::string> told;
    const auto volumes = fixture.pool->ListVolumes({});
    const auto snapshots = fixture.pool->ListSnapshots({}, {});
    for (const auto& volume : volumes->entries) {
      told.push_back(absl::StrCat(volume.id, " ", volume.spec.name, " ",
                                  volume.size_bytes, " ", volume.format.fs_type,
                                  " ", volume.allocated_bytes));
      for (const auto& publication : volume.publications) {
        absl::StrAppend(&told.back(), " on ", publication.node_id);
      }
    }
    for (const auto& cut : snapshots->entries) {
      told.push_back(absl::StrCat(cut.id, " ", cut.name, " ", cut.size_bytes,
                                  " of ", cut.source_volume_id));
    }
    return told;
  }

  // If it is answered OK, nothing that was told is lost when the power fails.
  // Not repeated first: a repetition would make up for a sync that was
  // forgotten. `step` 0: none fails.
  void ExpectOutlastsPowerCut(int step, int error) {
    PoolFixture fixture;
    GetParam().prepare(fixture);
    fixture.kernel.calls().FailCall(step, error);
    {
      backend::IdempotentBackend backend(*fixture.pool);
      if (!GetParam().act(fixture, backend).ok()) return;
    }
    fixture.kernel.calls().ClearFaults();
    const auto told = Told(fixture);
    fixture.CutPowerAndReopen();
    EXPECT_EQ(Told(fixture), told);
  }

  void FailStep(int step, const std::string& call, int error) {
    PoolFixture fixture;
    GetParam().prepare(fixture);
    backend::IdempotentBackend backend(*fixture.pool);
    const auto loops = fixture.kernel.AttachedLoops();
    const auto objects = fixture.Objects();
    const int64_t promised = fixture.Promised();
    fixture.kernel.calls().FailCall(step, error);
    const absl::Status status = GetParam().act(fixture, backend);
    fixture.kernel.calls().ClearFaults();
    if (!status.ok()) {
      EXPECT_TRUE(IsRightCode(status.code(), call, error)) << status;
      ExpectNothingNew(fixture, objects, loops);
      EXPECT_LE(fixture.Promised(), promised + 512 * kMiB);
    }
    const absl::Status retry = GetParam().act(fixture, backend);
    EXPECT_TRUE(retry.ok()) << retry << " after " << status;
    fixture.pool->trash().Drain();
    const int64_t kept = fixture.Promised();
    EXPECT_EQ(kept, fixture.CountedAnew()) << status;
  }

  // The step fails, and so does every removal of a name after it.
  void FailStepAndItsUndoing(int step, int error) {
    PoolFixture fixture;
    GetParam().prepare(fixture);
    backend::IdempotentBackend backend(*fixture.pool);
    const auto before = fixture.Objects();
    fixture.kernel.calls().FailCall(step, error);
    fixture.kernel.calls().FailAlways("Files.Unlink", EIO);
    const absl::Status status = GetParam().act(fixture, backend);
    fixture.kernel.calls().ClearFaults();
    const bool is_final = !status.ok() && !absl::IsUnavailable(status);
    // What was to be made is not there. A template's image that cannot be
    // unlinked shares all its blocks and goes when the pool is opened next.
    if (is_final) ExpectNoNewObject(fixture, before, fixture.layout.Incoming());
    const absl::Status retry = GetParam().act(fixture, backend);
    EXPECT_TRUE(retry.ok()) << retry << " after " << status;
    fixture.pool->trash().Drain();
    const int64_t kept = fixture.Promised();
    EXPECT_EQ(kept, fixture.CountedAnew()) << status;
  }

  // What was acknowledged is there, and nothing is half there.
  static void ExpectAllWhole(PoolFixture& fixture,
                             const std::vector<backend::Volume>& before) {
    for (const backend::Volume& volume : before) {
      const auto now = fixture.pool->GetVolume(volume.id);
      if (absl::IsNotFound(now.status())) {
        EXPECT_EQ(GetParam().name, "Delete") << volume.id;
        continue;
      }
      ASSERT_TRUE(now.ok()) << now.status();
      EXPECT_GE(now->size_bytes, volume.size_bytes);
      EXPECT_EQ(now->spec.name, volume.spec.name);
    }
    const auto files = fixture.kernel.PathsUnder(fixture.layout.Volumes());
    EXPECT_EQ(fixture.pool->ListVolumes({})->entries.size(), files.size());
  }

  // The trash may have grown (a delete that is not durable yet), what was in
  // it may be back (an undelete that is not durable yet), and a device
  // may be attached (its size could not be read): the retry finds both.
  static void ExpectNothingNew(PoolFixture& fixture,
                               const std::vector<std::string>& before,
                               const std::vector<int>& loops) {
    ExpectNoNewObject(fixture, before);
    EXPECT_LE(fixture.kernel.AttachedLoops().size(), loops.size() + 1);
    EXPECT_EQ(fixture.kernel.DetachedMounts(), 0);
    EXPECT_EQ(fixture.kernel.OpenFds(), 1) << "the lock of the pool";
  }

  // `kept`: a directory where names may be left; "-" for none.
  static void ExpectNoNewObject(PoolFixture& fixture,
                                const std::vector<std::string>& before,
                                const std::string& kept = "-") {
    for (const std::string& path : fixture.Objects()) {
      if (path.rfind(fixture.layout.Trash(), 0) == 0) continue;
      if (path.rfind(kept, 0) == 0) continue;
      const std::string id = path.substr(path.rfind('/') + 1);
      if (fixture.trash_key.rfind(id + ".", 0) == 0) continue;
      EXPECT_TRUE(std::find(before.begin(), before.end(), path) != before.end())
          << path;
    }
  }
};

TEST_P(FailEveryStepTest, WhatIsAnsweredOutlastsAPowerCut) {
  Learn();
  ExpectOutlastsPowerCut(0, 0);
}

TEST_P(FailEveryStepTest, CodeIsRightNothingLeaksAndTheRetrySucceeds) {
  const auto calls = Learn();
  ASSERT_FALSE(calls.empty());
  for (size_t i = 0; i < calls.size(); ++i) {
    const auto errnos = fakes::ErrnosOf(calls[i].name);
    EXPECT_FALSE(errnos.empty()) << calls[i].name;
    for (const int error : errnos) {
      SCOPED_TRACE(calls[i].name + " " + calls[i].argument + " errno " +
                   std::to_string(error));
      FailStep(static_cast<int>(i) + 1, calls[i].name, error);
      ExpectOutlastsPowerCut(static_cast<int>(i) + 1, error);
      if (HasFailure()) return;
    }
  }
}

// A code that says "surely nothing in progress" is a promise.
TEST_P(FailEveryStepTest, UndoingFailsTooAndTheCodeSaysSo) {
  const auto calls = Learn();
  for (size_t i = 0; i < calls.size(); ++i) {
    for (const int error : fakes::ErrnosOf(calls[i].name)) {
      SCOPED_TRACE(calls[i].name + " " + calls[i].argument + " errno " +
                   std::to_string(error));
      FailStepAndItsUndoing(static_cast<int>(i) + 1, error);
      if (HasFailure()) return;
    }
  }
}

TEST_P(FailEveryStepTest, KilledAtEveryStepTheRetrySucceeds) {
  const auto calls = Learn();
  for (size_t i = 0; i < calls.size(); ++i) {
    for (const bool power_cut : {false, true}) {
      SCOPED_TRACE(calls[i].name + " " + calls[i].argument +
                   (power_cut ? " power cut" : " killed"));
      PoolFixture fixture;
      GetParam().prepare(fixture);
      const auto before = fixture.pool->ListVolumes({})->entries;
      fixture.kernel.calls().StopAt(static_cast<int>(i) + 1);
      {
        backend::IdempotentBackend backend(*fixture.pool);
        (void)GetParam().act(fixture, backend);
      }
      power_cut ? fixture.CutPowerAndReopen() : fixture.KillAndReopen();
      ExpectAllWhole(fixture, before);
      backend::IdempotentBackend backend(*fixture.pool);
      const absl::Status retry = GetParam().act(fixture, backend);
      EXPECT_TRUE(retry.ok()) << retry;
      fixture.pool->trash().Drain();
      const int64_t kept = fixture.Promised();
      EXPECT_EQ(kept, fixture.CountedAnew());
      EXPECT_TRUE(fixture.kernel.PathsUnder("/pool/incoming").empty());
      if (HasFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Pool, FailEveryStepTest,
                         ::testing::ValuesIn(AllScenarios()),
                         [](const auto& scenario) {
                           return scenario.param.name;
                         });

}  // namespace
}  // namespace holdfast::pool
