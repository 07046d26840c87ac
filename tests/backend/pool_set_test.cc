#include "backend/pool_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backend/idempotent_backend.h"
#include "backend/late_backend.h"
#include "backend/parameter_names.h"
#include "tests/fakes/fake_backend.h"

namespace holdfast::backend {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Code = absl::StatusCode;

constexpr int64_t kMiB = int64_t{1} << 20;

// Three pools; the third opens when a test says so.
class PoolSetTest : public ::testing::Test {
 protected:
  PoolSetTest() {
    late_one_.Set(one_);
    late_two_.Set(two_);
  }

  static VolumeSpec Spec(const std::string& name, const std::string& pool) {
    VolumeSpec spec{.name = name, .capacity = {.required_bytes = kMiB}};
    if (!pool.empty()) spec.parameters[kPoolParameter] = pool;
    return spec;
  }
  Volume Create(const std::string& name, const std::string& pool) {
    auto volume = set_.CreateVolume(Spec(name, pool), operation_);
    EXPECT_TRUE(volume.ok()) << volume.status();
    return volume.ok() ? *volume : Volume{};
  }
  Snapshot Cut(const Volume& volume, const std::string& name) {
    auto snapshot = set_.CreateSnapshot(
        {.name = name, .source_volume_id = volume.id}, operation_);
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    return snapshot.ok() ? *snapshot : Snapshot{};
  }
  // The ids of all volumes, read in pages of that size.
  std::vector<std::string> Ids(int page_size) {
    std::vector<std::string> ids;
    PageRequest request{.max_entries = page_size};
    for (bool more = true; more;) {
      const auto page = set_.ListVolumes(request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      for (const Volume& volume : page->entries) ids.push_back(volume.id);
      more = page->more;
      if (!ids.empty()) request.after = ids.back();
    }
    return ids;
  }

  FakeBackend one_{"one", FakeBackend::kPoolBytes, "one"};
  FakeBackend two_{"two", FakeBackend::kPoolBytes / 2, "two"};
  FakeBackend three_{"three", FakeBackend::kPoolBytes, "three"};
  LateBackend late_one_{"one is late"};
  LateBackend late_two_{"two is late"};
  LateBackend late_three_{"three is late"};
  PoolSet set_{
      {{"one", late_one_}, {"two", late_two_}, {"three", late_three_}}};
  Operation operation_{"Test"};
};

TEST_F(PoolSetTest, OnlyOpenPoolsAreAnnouncedInTheirOrder) {
  EXPECT_THAT(set_.Pools(), ElementsAre(PoolIdentity{"one", one_.home()},
                                        PoolIdentity{"two", two_.home()}));
  late_three_.Set(three_);
  EXPECT_EQ(set_.Pools().back().name, "three");
}

TEST_F(PoolSetTest, TheParameterChoosesThePoolAndTheFirstIsTheDefault) {
  EXPECT_THAT(Create("a", "").id, HasSubstr(one_.home()));
  EXPECT_THAT(Create("b", "one").id, HasSubstr(one_.home()));
  EXPECT_THAT(Create("c", "two").id, HasSubstr(two_.home()));
}

TEST_F(PoolSetTest, UnknownPoolIsRefusedWithTheNamesThereAre) {
  const auto created = set_.CreateVolume(Spec("a", "four"), operation_);
  EXPECT_EQ(created.status().code(), Code::kInvalidArgument);
  EXPECT_THAT(std::string(created.status().message()),
              HasSubstr("one, two, three"));
  EXPECT_EQ(set_.GetCapacity({.parameters = {{kPoolParameter, "four"}}})
                .status()
                .code(),
            Code::kInvalidArgument);
}

TEST_F(PoolSetTest, ACopyStaysInThePoolOfItsSource) {
  const Volume source = Create("a", "two");
  VolumeSpec spec = Spec("b", "");
  spec.source = {.kind = ContentSource::Kind::kVolume, .id = source.id};
  const auto copy = set_.CreateVolume(spec, operation_);
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_THAT(copy->id, HasSubstr(two_.home()));
  EXPECT_EQ(set_.VolumeId(spec).value(), copy->id);

  spec.name = "c";
  spec.parameters[kPoolParameter] = "one";
  const auto refused = set_.CreateVolume(spec, operation_);
  EXPECT_EQ(refused.status().code(), Code::kInvalidArgument);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("pool two"));
}

TEST_F(PoolSetTest, ANameIsGivenToOneVolumeOfAllPools) {
  Create("a", "two");
  IdempotentBackend idempotent(set_);
  for (Backend* const backend : std::vector<Backend*>{&set_, &idempotent}) {
    const auto second = backend->CreateVolume(Spec("a", "one"), operation_);
    EXPECT_EQ(second.status().code(), Code::kAlreadyExists);
    EXPECT_THAT(std::string(second.status().message()), HasSubstr("pool two"));
  }
  EXPECT_TRUE(idempotent.CreateVolume(Spec("a", "two"), operation_).ok());
  EXPECT_THAT(one_.Changes(), IsEmpty());
}

TEST_F(PoolSetTest, ANameIsGivenToOneSnapshotOfAllPools) {
  const Volume a = Create("a", "one");
  const Volume b = Create("b", "two");
  Cut(a, "s");
  IdempotentBackend idempotent(set_);
  const auto second = idempotent.CreateSnapshot(
      {.name = "s", .source_volume_id = b.id}, operation_);
  EXPECT_EQ(second.status().code(), Code::kAlreadyExists);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("pool one"));
}

TEST_F(PoolSetTest, WhatCannotBeLookedAtElsewhereIsNotMade) {
  two_.OnCall([](absl::string_view verb) {
    return verb == "GetVolume" ? absl::DataLossError("bad record")
                               : absl::OkStatus();
  });
  const auto created = set_.CreateVolume(Spec("a", "one"), operation_);
  EXPECT_EQ(created.status().code(), Code::kDataLoss);
  EXPECT_THAT(one_.Changes(), IsEmpty());
}

TEST_F(PoolSetTest, ObjectsAreFoundByTheirIds) {
  const Volume a = Create("a", "one");
  const Volume b = Create("b", "two");
  const Snapshot s = Cut(b, "s");
  EXPECT_EQ(set_.GetVolume(b.id)->id, b.id);
  EXPECT_EQ(set_.GetSnapshot(s.id)->source_volume_id, b.id);
  EXPECT_TRUE(set_.Attach(b.id, AttachMode::kReadWrite, operation_).ok());
  ASSERT_EQ(set_.Detach(b.id, AttachMode::kReadWrite, operation_),
            absl::OkStatus());
  EXPECT_EQ(set_.DeleteVolume(a.id, operation_), absl::OkStatus());
  EXPECT_EQ(set_.GetPool(two_.home())->identity.name, "two");
}

TEST_F(PoolSetTest, TrashIsReachedByItsKey) {
  late_three_.Set(three_);
  const Volume a = Create("a", "one");
  const Volume b = Create("b", "three");
  ASSERT_TRUE(set_.DeleteVolume(a.id, operation_).ok());
  ASSERT_TRUE(set_.DeleteVolume(b.id, operation_).ok());
  const auto trash = set_.ListTrash({});
  ASSERT_TRUE(trash.ok()) << trash.status();
  ASSERT_EQ(trash->entries.size(), 2u);
  EXPECT_LT(trash->entries[0].key, trash->entries[1].key);
  EXPECT_EQ(set_.Undelete(trash->entries[0].key, operation_).value(),
            trash->entries[0].id);
  EXPECT_TRUE(set_.Purge(trash->entries[1].key, operation_).ok());
  EXPECT_THAT(set_.ListTrash({})->entries, IsEmpty());
}

TEST_F(PoolSetTest, MalformedIdsAreNotFoundWhateverIsOpen) {
  EXPECT_EQ(set_.GetVolume("nonsense").status().code(), Code::kNotFound);
  EXPECT_EQ(set_.DeleteVolume("", operation_).code(), Code::kNotFound);
}

TEST_F(PoolSetTest, APoolThatIsNotOpenIsMissedByItsOwnObjectsOnly) {
  const std::string id = three_.VolumeId({.name = "a"}).value();
  EXPECT_EQ(set_.GetVolume(id).status().code(), Code::kUnavailable);
  EXPECT_EQ(set_.DeleteVolume(id, operation_).code(), Code::kUnavailable);
  const auto created = set_.CreateVolume(Spec("a", "three"), operation_);
  EXPECT_EQ(created.status().code(), Code::kUnavailable);
  EXPECT_EQ(created.status().message(), "three is late");

  const Volume other = Create("b", "two");
  EXPECT_EQ(set_.DeleteVolume(other.id, operation_), absl::OkStatus());

  late_three_.Set(three_);
  EXPECT_EQ(set_.GetVolume(id).status().code(), Code::kNotFound);
}

TEST_F(PoolSetTest, ListsDoNotLeaveAPoolOut) {
  const Volume a = Create("a", "one");
  const Snapshot s = Cut(a, "s");
  EXPECT_EQ(set_.ListVolumes({}).status().code(), Code::kUnavailable);
  EXPECT_EQ(set_.ListSnapshots({}, {}).status().code(), Code::kUnavailable);
  EXPECT_EQ(set_.ListTrash({}).status().code(), Code::kUnavailable);
  EXPECT_EQ(set_.ListSnapshots({.snapshot_id = s.id}, {})->entries.size(), 1u);
  EXPECT_EQ(set_.ListSnapshots({.source_volume_id = a.id}, {})->entries.size(),
            1u);
  EXPECT_THAT(set_.ListSnapshots({.snapshot_id = "odd"}, {})->entries,
              IsEmpty());
}

TEST_F(PoolSetTest, ListsAreMergedInOrderOfIdWhateverThePageSize) {
  late_three_.Set(three_);
  std::vector<std::string> expected;
  for (const char* pool : {"one", "two", "three"}) {
    for (int i = 0; i < 3; ++i) {
      const std::string name = std::string(pool) + std::to_string(i);
      expected.push_back(Create(name, pool).id);
    }
  }
  std::sort(expected.begin(), expected.end());
  for (int size = 0; size <= 10; ++size) EXPECT_EQ(Ids(size), expected) << size;
}

TEST_F(PoolSetTest, WhatIsAttachedIsListedFromAllPools) {
  late_three_.Set(three_);
  for (const char* pool : {"one", "two", "three"}) {
    ASSERT_TRUE(
        set_.Attach(Create(pool, pool).id, AttachMode::kReadWrite, operation_)
            .ok());
  }
  const auto attached = set_.ListAttached();
  ASSERT_EQ(attached->size(), 3u);
  EXPECT_LT((*attached)[0].volume.id, (*attached)[1].volume.id);
  EXPECT_LT((*attached)[1].volume.id, (*attached)[2].volume.id);
}

TEST_F(PoolSetTest, WhatIsAttachedOfOpenPoolsIsListedWhateverTheOthersDo) {
  ASSERT_TRUE(
      set_.Attach(Create("a", "one").id, AttachMode::kReadWrite, operation_)
          .ok());
  const auto attached = set_.ListAttached();
  ASSERT_TRUE(attached.ok()) << attached.status();
  EXPECT_EQ(attached->size(), 1u);
}

TEST_F(PoolSetTest, CapacityIsThatOfThePoolAVolumeWouldGoTo) {
  EXPECT_EQ(set_.GetCapacity({})->available_bytes, FakeBackend::kPoolBytes);
  EXPECT_EQ(set_.GetCapacity({.parameters = {{kPoolParameter, "two"}}})
                ->available_bytes,
            FakeBackend::kPoolBytes / 2);
}

}  // namespace
}  // namespace holdfast::backend
