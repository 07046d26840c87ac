// ListVolumes, ListSnapshots and GetCapacity.

#include <set>

#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class ListTest : public PoolTest {
 protected:
  void CreateMany(int count) {
    for (int i = 0; i < count; ++i) {
      Create(BlockSpec("v" + std::to_string(i)));
    }
  }
};

TEST_F(ListTest, EmptyPool) {
  EXPECT_THAT(pool->ListVolumes({})->entries, IsEmpty());
  EXPECT_FALSE(pool->ListVolumes({})->more);
  EXPECT_THAT(pool->ListSnapshots({}, {})->entries, IsEmpty());
}

TEST_F(ListTest, PagesHaveEachVolumeOnceInOrder) {
  CreateMany(7);
  std::vector<std::string> seen;
  backend::PageRequest request{.max_entries = 3};
  bool more = true;
  while (more) {
    const auto page = pool->ListVolumes(request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->entries.size(), 3u);
    for (const auto& volume : page->entries) seen.push_back(volume.id);
    more = page->more;
    request.after = seen.back();
  }
  EXPECT_THAT(seen, SizeIs(7));
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_F(ListTest, FullLastPageSaysThatItIsTheLast) {
  CreateMany(3);
  EXPECT_FALSE(pool->ListVolumes({.max_entries = 3})->more);
  EXPECT_TRUE(pool->ListVolumes({.max_entries = 2})->more);
}

TEST_F(ListTest, PageEndStaysValidWhenItsVolumeGoes) {
  CreateMany(4);
  const auto first = pool->ListVolumes({.max_entries = 2});
  const std::string last = first->entries.back().id;
  ASSERT_TRUE(pool->DeleteVolume(last, operation).ok());
  EXPECT_THAT(pool->ListVolumes({.after = last})->entries, SizeIs(2));
}

TEST_F(ListTest, VolumeThatVanishesMeanwhileIsLeftOut) {
  CreateMany(3);
  bool done = false;
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (call.name != "DataFiles.GetAttribute" || done) return;
    done = true;
    (void)kernel.files().Unlink(call.argument);
  });
  const auto page = pool->ListVolumes({});
  kernel.calls().OnCall(nullptr);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(page->entries, SizeIs(2));
}

TEST_F(ListTest, SnapshotsAreFilteredBySourceAndId) {
  const auto a = Create(BlockSpec("a"));
  const auto b = Create(BlockSpec("b"));
  const auto s1 = Cut(a.id, "s1");
  Cut(a.id, "s2");
  Cut(b.id, "s3");
  const auto ids = [&](const backend::SnapshotFilter& filter) {
    std::set<std::string> names;
    const auto page = pool->ListSnapshots(filter, {});
    EXPECT_TRUE(page.ok()) << page.status();
    for (const auto& snapshot : page->entries) names.insert(snapshot.name);
    return names;
  };
  using Names = std::set<std::string>;
  EXPECT_EQ(ids({}), (Names{"s1", "s2", "s3"}));
  EXPECT_EQ(ids({.source_volume_id = a.id}), (Names{"s1", "s2"}));
  EXPECT_EQ(ids({.snapshot_id = s1.id}), (Names{"s1"}));
  EXPECT_EQ(ids({.snapshot_id = s1.id, .source_volume_id = b.id}), Names{});
  EXPECT_EQ(ids({.snapshot_id = "no-such"}), Names{});
  EXPECT_EQ(ids({.source_volume_id = "no-such"}), Names{});
}

TEST_F(ListTest, FilteredSnapshotsComeInPages) {
  const auto a = Create(BlockSpec("a"));
  for (int i = 0; i < 5; ++i) Cut(a.id, "s" + std::to_string(i));
  backend::PageRequest request{.max_entries = 2};
  size_t seen = 0;
  for (bool more = true; more;) {
    const auto page = pool->ListSnapshots({.source_volume_id = a.id}, request);
    ASSERT_TRUE(page.ok() && !page->entries.empty());
    seen += page->entries.size();
    more = page->more;
    request.after = page->entries.back().id;
  }
  EXPECT_EQ(seen, 5u);
}

TEST_F(ListTest, LargestVolumeOfTheAnswerCanBeMade) {
  for (const auto type :
       {backend::AccessType::kBlock, backend::AccessType::kMount}) {
    const auto capacity = pool->GetCapacity({.access_type = type});
    ASSERT_TRUE(capacity.ok());
    EXPECT_EQ(capacity->available_bytes, pool->numbers().available_bytes());
    backend::VolumeSpec spec{
        .name = "max",
        .capacity = {.required_bytes = capacity->maximum_volume_bytes},
        .access_type = type};
    const auto volume = Create(spec);
    ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
    pool->trash().Drain();
  }
}

TEST_F(ListTest, SmallestVolumeOfTheAnswerCanBeMade) {
  for (const auto type :
       {backend::AccessType::kBlock, backend::AccessType::kMount}) {
    const int64_t minimum =
        pool->GetCapacity({.access_type = type})->minimum_volume_bytes;
    EXPECT_GT(minimum, 0);
    backend::VolumeSpec spec{
        .name = type == backend::AccessType::kBlock ? "b" : "m",
        .capacity = {.required_bytes = minimum, .limit_bytes = minimum},
        .access_type = type};
    EXPECT_EQ(Create(spec).size_bytes, minimum);
  }
}

TEST_F(ListTest, NoCapacityForWhatCannotBeMade) {
  EXPECT_EQ(pool->GetCapacity({.fs_type = "ntfs"})->available_bytes, 0);
  EXPECT_EQ(pool->GetCapacity({.parameters = {{"x", "y"}}})->available_bytes,
            0);
}

TEST_F(ListTest, FullPoolHasNoCapacity) {
  backend::VolumeSpec spec = BlockSpec("a");
  spec.capacity = {
      .required_bytes =
          pool->GetCapacity({.access_type = backend::AccessType::kBlock})
              ->maximum_volume_bytes};
  Create(spec);
  const auto capacity = pool->GetCapacity({});
  EXPECT_LT(capacity->available_bytes, kExtentBytes);
  EXPECT_EQ(capacity->maximum_volume_bytes, 0);
}

// Its file is given space in extents, the last one as a whole.
TEST_F(ListTest, VolumesArePromisedWholeExtentsHoweverTheirPromiseChanges) {
  auto spec = BlockSpec("a");
  spec.capacity.required_bytes = kMiB + 4096;
  const auto volume = Create(spec);
  EXPECT_EQ(volume.size_bytes, kMiB + 4096);
  EXPECT_EQ(Promised(), 3 * kMiB);
  // Within what it is promised.
  ASSERT_TRUE(pool->ExpandVolume(volume.id, {kMiB + 8192, 0}, operation).ok());
  EXPECT_EQ(Promised(), 3 * kMiB);
  EXPECT_EQ(CountedAnew(), 3 * kMiB);
  ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  EXPECT_EQ(Promised(), 0);
  const auto trash = pool->ListTrash({});
  ASSERT_TRUE(pool->Undelete(trash->entries[0].key, operation).ok());
  EXPECT_EQ(Promised(), 3 * kMiB);
  EXPECT_EQ(CountedAnew(), 3 * kMiB);
}

}  // namespace
}  // namespace holdfast::pool
