// What was deleted: had back, and purged.

#include "absl/strings/str_cat.h"
#include "tests/backend/pool/trash_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using UndeleteTest = TrashFixture;

TEST_F(UndeleteTest, UndeletedVolumeIsWhatItWas) {
  const auto volume = Create(Spec("a"));
  const int64_t promised = Promised();
  const std::string key = Delete(volume.id);
  const auto id = pool->Undelete(key, operation);
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(*id, volume.id);
  EXPECT_THAT(Trashed(), IsEmpty());
  EXPECT_THAT(List(), IsEmpty());
  EXPECT_EQ(Promised(), promised);
  EXPECT_EQ(pool->trash().bytes(), 0);
  CutPowerAndReopen();
  const auto now = pool->GetVolume(volume.id);
  ASSERT_TRUE(now.ok()) << now.status();
  EXPECT_EQ(now->spec.name, "a");
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(UndeleteTest, UndeletedSnapshotIsWhatItWas) {
  const auto volume = Create(Spec("a"));
  const auto cut = Cut(volume.id, "s");
  const int64_t promised = Promised();
  ASSERT_TRUE(pool->DeleteSnapshot(cut.id, operation).ok());
  const auto id = pool->Undelete(List().front().key, operation);
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(*id, cut.id);
  EXPECT_TRUE(pool->GetSnapshot(cut.id).ok());
  EXPECT_EQ(Promised(), promised);
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(UndeleteTest, UndeleteRepeatedAfterItsAnswerWasLostIsOk) {
  const std::string key = MakeTrash("a", 64 * kMiB, kMiB);
  kernel.calls().FailNext("Files.SyncDirectory", EIO);
  EXPECT_FALSE(pool->Undelete(key, operation).ok());
  EXPECT_TRUE(pool->Undelete(key, operation).ok());
  CutPowerAndReopen();
  EXPECT_TRUE(pool->GetVolume(IdOf("a")).ok());
  EXPECT_TRUE(pool->Undelete(key, operation).ok());
}

TEST_F(UndeleteTest, UndeleteOfWhatIsGoneIsNotFoundThoughItsNameIsTaken) {
  const std::string key = MakeTrash("a", 64 * kMiB, kMiB);
  pool->trash().Drain();
  EXPECT_THAT(pool->Undelete(key, operation).status(),
              HasCode(absl::StatusCode::kNotFound));
  Create(BlockSpec("a"));
  EXPECT_THAT(pool->Undelete(key, operation).status(),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(UndeleteTest, UndeleteWhereTheNameWasMadeAgainIsRefused) {
  const std::string key = MakeTrash("a", 64 * kMiB, kMiB);
  const auto second = Create(BlockSpec("a"));
  const int64_t promised = Promised();
  EXPECT_THAT(pool->Undelete(key, operation).status(),
              HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(Promised(), promised);
  EXPECT_THAT(List(), SizeIs(1));
  EXPECT_EQ(pool->GetVolume(second.id)->created_at, second.created_at);
}

TEST_F(UndeleteTest, EachOfTwoDeletionsOfANameCanBeHadBack) {
  const std::string old = MakeTrash("a", 64 * kMiB, kMiB);
  const std::string young = MakeTrash("a", 32 * kMiB, kMiB);
  ASSERT_NE(old, young);
  ASSERT_TRUE(pool->Undelete(old, operation).ok());
  EXPECT_EQ(pool->GetVolume(IdOf("a"))->size_bytes, 64 * kMiB);
  EXPECT_THAT(pool->Undelete(young, operation).status(),
              HasCode(absl::StatusCode::kAlreadyExists));
}

TEST_F(UndeleteTest,
       UndeleteNeedsTheRoomOfAWholeVolumeAndTakesItFromTheOthers) {
  const std::string thin = MakeTrash("thin", 10 * kGiB, kMiB);
  MakeTrash("fat", 8 * kGiB, 8 * kGiB);
  ASSERT_TRUE(pool->Undelete(thin, operation).ok());
  EXPECT_THAT(Trashed(), IsEmpty());
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(UndeleteTest, UndeleteWithoutRoomIsRefusedAndTheObjectStays) {
  const std::string thin = MakeTrash("thin", 10 * kGiB, kMiB);
  ASSERT_TRUE(CreateOf("other", 8 * kGiB).ok());
  const int64_t promised = Promised();
  EXPECT_THAT(pool->Undelete(thin, operation).status(),
              HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(Trashed(), SizeIs(1));
  EXPECT_EQ(Promised(), promised);
  EXPECT_EQ(pool->trash().bytes(), kMiB);
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(UndeleteTest, PurgeGivesTheSpaceBackDurably) {
  const int64_t before = Promised();
  const std::string key = MakeTrash("a", 64 * kMiB, 4 * kMiB);
  const std::string other = MakeTrash("b", 64 * kMiB, 4 * kMiB);
  ASSERT_TRUE(pool->Purge(key, operation).ok());
  EXPECT_EQ(Promised(), before + 4 * kMiB);
  EXPECT_EQ(pool->trash().bytes(), 4 * kMiB);
  EXPECT_THAT(pool->Purge(key, operation),
              HasCode(absl::StatusCode::kNotFound));
  CutPowerAndReopen();
  EXPECT_THAT(Trashed(), ElementsAre(layout.Trashed(other)));
}

TEST_F(UndeleteTest, PurgeThatFailsKeepsThePromiseAndIsRepeated) {
  const std::string key = MakeTrash("a", 64 * kMiB, 4 * kMiB);
  const int64_t promised = Promised();
  kernel.calls().FailNext("Files.Unlink", EIO);
  EXPECT_FALSE(pool->Purge(key, operation).ok());
  EXPECT_EQ(Promised(), promised);
  EXPECT_EQ(pool->trash().bytes(), 4 * kMiB);
  EXPECT_TRUE(pool->Purge(key, operation).ok());
}

TEST_F(UndeleteTest, OddKeysAreNotFound) {
  const std::string id = Create(BlockSpec("a")).id;
  for (const std::string& key :
       {std::string(), std::string("x"), std::string("../POOL"), id,
        absl::StrCat(id, "."), absl::StrCat(id, ".1x"), absl::StrCat(id, ".+1"),
        absl::StrCat(id, ".99999999999999999999"),
        absl::StrCat("../volumes/", id, ".1"), absl::StrCat(id, ".1")}) {
    EXPECT_THAT(pool->Purge(key, operation),
                HasCode(absl::StatusCode::kNotFound))
        << key;
    EXPECT_THAT(pool->Undelete(key, operation).status(),
                HasCode(absl::StatusCode::kNotFound))
        << key;
  }
  EXPECT_TRUE(pool->GetVolume(id).ok());
}

TEST_F(UndeleteTest, DamagedObjectIsListedWithoutNamesAndCanBePurged) {
  const auto volume = Create(BlockSpec("a"));
  Damage(volume.id);
  const std::string key = Delete(volume.id);
  const auto listed = List();
  ASSERT_THAT(listed, SizeIs(1));
  EXPECT_EQ(listed[0].id, volume.id);
  EXPECT_EQ(listed[0].name, "");
  EXPECT_EQ(listed[0].size_bytes, 64 * kMiB);
  EXPECT_TRUE(pool->Purge(key, operation).ok());
  EXPECT_THAT(List(), IsEmpty());
}

TEST_F(UndeleteTest, DamagedObjectCanBeHadBack) {
  const auto volume = Create(BlockSpec("a"));
  Damage(volume.id);
  const std::string key = Delete(volume.id);
  EXPECT_TRUE(pool->Undelete(key, operation).ok());
  EXPECT_THAT(pool->GetVolume(volume.id).status(),
              HasCode(absl::StatusCode::kDataLoss));
  EXPECT_EQ(Promised(), CountedAnew());
}

}  // namespace
}  // namespace holdfast::pool
