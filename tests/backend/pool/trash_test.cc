// What was deleted: kept for a while, listed, and given up for room.

#include <cerrno>
#include <thread>

#include "tests/backend/pool/trash_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using TrashTest = TrashFixture;

TEST_F(TrashTest, StaysForTheRetentionAndNoLonger) {
  options.trash_retention = absl::Hours(2);
  Reopen();
  const std::string first = MakeTrash("a", 64 * kMiB, kMiB);
  ahead = absl::Hours(1);
  const std::string second = MakeTrash("b", 64 * kMiB, kMiB);
  pool->trash().UnlinkExpired();
  EXPECT_THAT(Trashed(), SizeIs(2));
  ahead = absl::Hours(2) + absl::Minutes(1);
  pool->trash().UnlinkExpired();
  EXPECT_THAT(Trashed(), ElementsAre(layout.Trashed(second)));
  ahead = absl::Hours(4);
  pool->trash().UnlinkExpired();
  EXPECT_THAT(Trashed(), IsEmpty());
}

TEST_F(TrashTest, RetentionCountsFromTheDeletionAcrossProcesses) {
  options.trash_retention = absl::Hours(2);
  Reopen();
  MakeTrash("a", 64 * kMiB, kMiB);
  KillAndReopen();
  ahead = absl::Hours(1);
  pool->trash().UnlinkExpired();
  EXPECT_THAT(Trashed(), SizeIs(1));
  ahead = absl::Hours(3);
  pool->trash().UnlinkExpired();
  EXPECT_THAT(Trashed(), IsEmpty());
}

TEST_F(TrashTest, ThreadUnlinksWhatExpiredWhileNobodyServed) {
  options.trash_retention = absl::Hours(2);
  Reopen();
  MakeTrash("a", 64 * kMiB, kMiB);
  KillAndReopen();
  ahead = absl::Hours(3);
  pool->Start();
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!Trashed().empty() && absl::Now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_THAT(Trashed(), IsEmpty());
  pool->Stop();
}

TEST_F(TrashTest, WhatCannotBeUnlinkedIsTriedAgainAfterAPause) {
  options.trash_retention = absl::ZeroDuration();
  Reopen();
  MakeTrash("a", 64 * kMiB, kMiB);
  ahead = absl::Minutes(1);
  kernel.calls().FailNext("Files.Unlink", EIO);
  pool->trash().UnlinkExpired();
  EXPECT_THAT(Trashed(), SizeIs(1));
  pool->trash().UnlinkExpired();
  EXPECT_THAT(Trashed(), SizeIs(1));
  ahead = absl::Minutes(3);
  pool->trash().UnlinkExpired();
  EXPECT_THAT(Trashed(), IsEmpty());
}

TEST_F(TrashTest, ListTellsWhatItWas) {
  backend::VolumeSpec spec = Spec("a");
  spec.claim_namespace = "shop";
  spec.claim_name = "db";
  const auto volume = Create(spec);
  const auto cut = Cut(volume.id, "s");
  const absl::Time before = absl::Now();
  ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  ASSERT_TRUE(pool->DeleteSnapshot(cut.id, operation).ok());
  const auto listed = List();
  ASSERT_THAT(listed, SizeIs(2));
  const auto& [s, v] = std::tie(listed[0], listed[1]);
  EXPECT_EQ(v.id, volume.id);
  EXPECT_EQ(layout.Trashed(v.key), Trashed()[1]);
  EXPECT_EQ(v.name, "a");
  EXPECT_EQ(v.claim_namespace, "shop");
  EXPECT_EQ(v.claim_name, "db");
  EXPECT_EQ(v.size_bytes, 64 * kMiB);
  EXPECT_GE(v.deleted_at, before);
  EXPECT_LE(v.deleted_at, absl::Now());
  EXPECT_EQ(v.purge_at, v.deleted_at + options.trash_retention);
  EXPECT_EQ(s.id, cut.id);
  EXPECT_EQ(s.name, "s");
}

TEST_F(TrashTest, ListComesInPagesInOrderOfKey) {
  for (const char* name : {"a", "b", "c"}) MakeTrash(name, 64 * kMiB, 0);
  const auto all = List();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_LT(all[0].key, all[1].key);
  EXPECT_LT(all[1].key, all[2].key);
  const auto first = pool->ListTrash({.max_entries = 2});
  ASSERT_THAT(first->entries, SizeIs(2));
  EXPECT_TRUE(first->more);
  const auto rest =
      pool->ListTrash({.after = first->entries.back().key, .max_entries = 2});
  ASSERT_THAT(rest->entries, SizeIs(1));
  EXPECT_FALSE(rest->more);
  EXPECT_EQ(rest->entries[0].key, all[2].key);
}

TEST_F(TrashTest, WhatIsNoObjectIsCountedAndNotListed) {
  ASSERT_TRUE(kernel.files().Create(layout.Trashed("odd")).ok());
  Reopen();
  EXPECT_THAT(List(), IsEmpty());
  pool->trash().UnlinkExpired();
  EXPECT_THAT(Trashed(), IsEmpty());
}

TEST_F(TrashTest, RoomIsTakenFromTheOldestAndNoMoreThanIsNeeded) {
  MakeTrash("old", 4 * kGiB, 4 * kGiB);
  ahead = absl::Minutes(1);
  const std::string young = MakeTrash("young", 4 * kGiB, 4 * kGiB);
  ASSERT_TRUE(CreateOf("b", 9 * kGiB).ok());
  EXPECT_THAT(Trashed(), ElementsAre(layout.Trashed(young)));
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(TrashTest, RequestThatNoTrashCouldMakeRoomForLeavesItAlone) {
  MakeTrash("old", 4 * kGiB, 4 * kGiB);
  EXPECT_THAT(CreateOf("b", 64 * kGiB),
              HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(Trashed(), SizeIs(1));
}

TEST_F(TrashTest, ExpansionAndSnapshotTakeRoomFromTheTrashToo) {
  ASSERT_TRUE(CreateOf("a", 4 * kGiB).ok());
  MakeTrash("old", 8 * kGiB, 8 * kGiB);
  const auto size =
      pool->ExpandVolume(IdOf("a"), {.required_bytes = 10 * kGiB}, operation);
  EXPECT_TRUE(size.ok()) << size.status();
  EXPECT_THAT(Trashed(), IsEmpty());
  MakeTrash("old", 4 * kGiB, 4 * kGiB);
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(IdOf("a")), 0, 3 * kGiB));
  Cut(IdOf("a"), "s");
  EXPECT_THAT(Trashed(), IsEmpty());
}

TEST_F(TrashTest, CapacityCountsTheTrashAndACreateGetsIt) {
  const int64_t empty = Available();
  const backend::CapacityQuery query{.access_type =
                                         backend::AccessType::kBlock};
  MakeTrash("a", 8 * kGiB, 8 * kGiB);
  EXPECT_EQ(Available(), empty);
  const auto state = pool->GetPool(pool->Pools().front().home);
  EXPECT_EQ(state->trash_bytes, 8 * kGiB);
  EXPECT_EQ(state->promised_bytes, Promised());
  const auto capacity = pool->GetCapacity(query);
  EXPECT_EQ(capacity->available_bytes, empty);
  ASSERT_GT(capacity->maximum_volume_bytes, empty - kExtentBytes);
  EXPECT_TRUE(CreateOf("b", capacity->maximum_volume_bytes).ok());
  EXPECT_EQ(pool->GetCapacity(query)->available_bytes, Available());
}

TEST_F(TrashTest, PromisesBeyondTheRoomAreTakenOffTheTrash) {
  MakeTrash("a", 8 * kGiB, 8 * kGiB);
  ASSERT_TRUE(CreateOf("b", 4 * kGiB).ok());
  options.reserve_ratio = 0.5;
  Reopen();
  EXPECT_EQ(Available(), pool->numbers().usable_bytes - 4 * kGiB);
  EXPECT_TRUE(CreateOf("c", Available() / 4096 * 4096).ok());
}

TEST_F(TrashTest, UnlinkOfAnotherCallIsWaitedFor) {
  MakeTrash("a", 8 * kGiB, 8 * kGiB);
  std::thread creator;
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (call.name != "Files.Unlink" || creator.joinable()) return;
    creator = std::thread([this] {
      Operation own("CreateVolume");
      backend::VolumeSpec spec = BlockSpec("b");
      spec.capacity = {.required_bytes = 10 * kGiB};
      const auto made = pool->CreateVolume(spec, own);
      EXPECT_TRUE(made.ok()) << made.status();
    });
  });
  pool->trash().Drain();
  creator.join();
  kernel.calls().OnCall(nullptr);
}

// Writers may hold space because of what was deleted: none of it is promised to
// others before it was asked back.
TEST_F(TrashTest, StaysPromisedUntilWhatWasTakenAheadIsFreed) {
  const std::string key = MakeTrash("a", 8 * kGiB, 8 * kGiB);
  const int64_t before = Promised();
  int64_t unlinked = -1, freed = -1;
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (call.name == "Files.Unlink") unlinked = Promised();
    if (call.name != "Files.FreeTakenAhead") return;
    freed = Promised();
    EXPECT_THAT(Trashed(), IsEmpty());
  });
  EXPECT_TRUE(pool->Purge(key, operation).ok());
  kernel.calls().OnCall(nullptr);
  EXPECT_EQ(unlinked, before);
  EXPECT_EQ(freed, before);
  EXPECT_EQ(Promised(), before - 8 * kGiB);
}

TEST_F(TrashTest, ForAllThatExpiredSpaceTakenAheadIsFreedOnce) {
  options.trash_retention = absl::Hours(2);
  Reopen();
  for (const char* name : {"a", "b", "c"}) MakeTrash(name, kMiB, kMiB);
  ahead = absl::Hours(3);
  const int64_t before = Promised();
  int64_t freed = -1;
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (call.name == "Files.FreeTakenAhead") freed = Promised();
  });
  pool->trash().UnlinkExpired();
  kernel.calls().OnCall(nullptr);
  EXPECT_THAT(Trashed(), IsEmpty());
  EXPECT_EQ(kernel.calls().Count("Files.FreeTakenAhead"), 1);
  EXPECT_EQ(freed, before);
  EXPECT_EQ(Promised(), before - 3 * kMiB);
}

TEST_F(TrashTest, WhereSpaceTakenAheadCannotBeFreedThePromiseEndsAllTheSame) {
  const std::string key = MakeTrash("a", 8 * kGiB, 8 * kGiB);
  kernel.calls().FailNext("Files.FreeTakenAhead", EPERM);
  EXPECT_TRUE(pool->Purge(key, operation).ok());
  EXPECT_EQ(Promised(), CountedAnew());
}

}  // namespace
}  // namespace holdfast::pool
