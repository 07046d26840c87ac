#include "tests/contract/backend/contract.h"

namespace holdfast::backend {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class TrashContract : public BackendContract {
 protected:
  std::vector<TrashedObject> Trash() {
    const auto trash = backend().ListTrash({});
    EXPECT_THAT(trash, IsOk());
    return trash.ok() ? trash->entries : std::vector<TrashedObject>();
  }
};

INSTANTIATE_TEST_SUITE_P(Pool, TrashContract, ::testing::Values(&MakeWorld));

TEST_P(TrashContract, DeletedVolumeIsListedAndComesBackWithItsData) {
  VolumeSpec spec = Spec("a", AccessType::kBlock);
  spec.claim_namespace = "shop";
  spec.claim_name = "db";
  const Volume volume = Create(spec);
  world_->Write(Attach(volume.id), "precious");
  Detach(volume.id);
  const absl::Time before = absl::Now();
  ASSERT_THAT(backend().DeleteVolume(volume.id, operation_), IsOk());
  const auto trash = Trash();
  ASSERT_THAT(trash, SizeIs(1));
  EXPECT_EQ(trash[0].id, volume.id);
  EXPECT_EQ(trash[0].name, "a");
  EXPECT_EQ(trash[0].claim_namespace, "shop");
  EXPECT_EQ(trash[0].claim_name, "db");
  EXPECT_EQ(trash[0].size_bytes, kVolumeBytes);
  EXPECT_GE(trash[0].deleted_at, before);
  EXPECT_GT(trash[0].purge_at, trash[0].deleted_at);
  const auto id = backend().Undelete(trash[0].key, operation_);
  ASSERT_THAT(id, IsOk());
  EXPECT_EQ(*id, volume.id);
  EXPECT_THAT(Trash(), IsEmpty());
  EXPECT_EQ(Content(volume.id, 8), "precious");
}

TEST_P(TrashContract, DeletedSnapshotComesBackToo) {
  const Snapshot cut = Cut(CreateMount("a").id, "s");
  ASSERT_THAT(backend().DeleteSnapshot(cut.id, operation_), IsOk());
  ASSERT_THAT(Trash(), SizeIs(1));
  EXPECT_THAT(backend().Undelete(Trash()[0].key, operation_), IsOk());
  EXPECT_THAT(backend().GetSnapshot(cut.id), IsOk());
}

TEST_P(TrashContract, TrashSurvivesItsProcess) {
  const Volume volume = CreateMount("a");
  ASSERT_THAT(backend().DeleteVolume(volume.id, operation_), IsOk());
  world_->Restart();
  ASSERT_THAT(Trash(), SizeIs(1));
  EXPECT_THAT(backend().Undelete(Trash()[0].key, operation_), IsOk());
  world_->Restart();
  EXPECT_THAT(backend().GetVolume(volume.id), IsOk());
  EXPECT_THAT(Trash(), IsEmpty());
}

TEST_P(TrashContract, NameThatWasMadeAgainIsNotReplaced) {
  const Volume volume = CreateBlock("a");
  ASSERT_THAT(backend().DeleteVolume(volume.id, operation_), IsOk());
  world_->Write(Attach(CreateBlock("a").id), "second");
  Detach(volume.id);
  EXPECT_THAT(backend().Undelete(Trash()[0].key, operation_),
              HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(Content(volume.id, 6), "second");
  EXPECT_THAT(Trash(), SizeIs(1));
}

TEST_P(TrashContract, PurgedIsGoneForGood) {
  const Volume volume = CreateBlock("a");
  ASSERT_THAT(backend().DeleteVolume(volume.id, operation_), IsOk());
  const std::string key = Trash()[0].key;
  EXPECT_THAT(backend().Purge(key, operation_), IsOk());
  EXPECT_THAT(Trash(), IsEmpty());
  EXPECT_THAT(backend().Purge(key, operation_),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(backend().Undelete(key, operation_),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_P(TrashContract, PagesGoInOrderOfKey) {
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_THAT(backend().DeleteVolume(CreateBlock(name).id, operation_),
                IsOk());
  }
  const auto all = Trash();
  ASSERT_THAT(all, SizeIs(3));
  const auto first = backend().ListTrash({.max_entries = 2});
  ASSERT_THAT(first, IsOk());
  EXPECT_TRUE(first->more);
  ASSERT_THAT(first->entries, SizeIs(2));
  const auto rest =
      backend().ListTrash({.after = first->entries[1].key, .max_entries = 2});
  ASSERT_THAT(rest, IsOk());
  EXPECT_FALSE(rest->more);
  ASSERT_THAT(rest->entries, SizeIs(1));
  EXPECT_EQ(rest->entries[0].key, all[2].key);
}

TEST_P(TrashContract, OddKeysAreNotFound) {
  const std::string id = CreateBlock("a").id;
  for (const std::string& key :
       {std::string(), std::string("../POOL"), id, id + ".1"}) {
    EXPECT_THAT(backend().Undelete(key, operation_),
                HasCode(absl::StatusCode::kNotFound));
    EXPECT_THAT(backend().Purge(key, operation_),
                HasCode(absl::StatusCode::kNotFound));
  }
}

TEST_P(TrashContract, TrashCountsAsRoom) {
  const std::string home = backend().Pools().front().home;
  CreateMount("template");
  const int64_t before = backend().GetPool(home)->available_bytes;
  const Volume volume = CreateMount("a");
  EXPECT_LT(backend().GetPool(home)->available_bytes, before);
  ASSERT_THAT(backend().DeleteVolume(volume.id, operation_), IsOk());
  const auto state = backend().GetPool(home);
  ASSERT_THAT(state, IsOk());
  EXPECT_EQ(state->available_bytes, before);
  EXPECT_GT(state->trash_bytes, 0);
  EXPECT_GE(state->promised_bytes, state->trash_bytes);
}

}  // namespace
}  // namespace holdfast::backend
