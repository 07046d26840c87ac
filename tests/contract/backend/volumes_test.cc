#include <set>
#include <thread>

#include "tests/contract/backend/contract.h"

namespace holdfast::backend {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class VolumesContract : public BackendContract {};

INSTANTIATE_TEST_SUITE_P(Pool, VolumesContract, ::testing::Values(&MakeWorld));

TEST_P(VolumesContract, CreatedVolumeIsReadBackTheSame) {
  const Volume made = CreateMount("a");
  EXPECT_EQ(made.id, backend().VolumeId({.name = "a"}).value());
  EXPECT_EQ(made.size_bytes, kVolumeBytes);
  const auto read = backend().GetVolume(made.id);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->id, made.id);
  EXPECT_EQ(read->size_bytes, kVolumeBytes);
  EXPECT_EQ(read->format.fs_type, "ext4");
  EXPECT_EQ(read->spec.name, "a");
  EXPECT_EQ(read->created_at, made.created_at);
}

TEST_P(VolumesContract, VolumesSurviveTheirProcess) {
  const Volume made = CreateMount("a");
  const Snapshot cut = Cut(made.id, "s");
  world_->Restart();
  EXPECT_THAT(backend().GetVolume(made.id), IsOk());
  EXPECT_THAT(backend().GetSnapshot(cut.id), IsOk());
  EXPECT_EQ(backend().VolumeId({.name = "a"}).value(), made.id);
}

TEST_P(VolumesContract, NameIsTakenUntilItIsDeleted) {
  const Volume made = CreateBlock("a");
  EXPECT_THAT(backend().CreateVolume(Spec("a", AccessType::kBlock), operation_),
              HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(backend().DeleteVolume(made.id, operation_), IsOk());
  EXPECT_THAT(backend().GetVolume(made.id),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(backend().DeleteVolume(made.id, operation_),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_EQ(CreateBlock("a").id, made.id);
}

TEST_P(VolumesContract, NewVolumeOfADeletedNameIsBlank) {
  const Volume first = CreateBlock("a");
  world_->Write(Attach(first.id), "secret");
  Detach(first.id);
  ASSERT_THAT(backend().DeleteVolume(first.id, operation_), IsOk());
  CreateBlock("a");
  EXPECT_EQ(Content(first.id, 6), std::string(6, '\0'));
}

TEST_P(VolumesContract, WhatCannotBeIsRefused) {
  VolumeSpec unknown = Spec("a", AccessType::kMount);
  unknown.fs_type = "ntfs";
  EXPECT_THAT(backend().CreateVolume(unknown, operation_),
              HasCode(absl::StatusCode::kInvalidArgument));
  unknown = Spec("a", AccessType::kMount);
  unknown.parameters = {{"no such", "thing"}};
  EXPECT_THAT(backend().CreateVolume(unknown, operation_),
              HasCode(absl::StatusCode::kInvalidArgument));
  VolumeSpec narrow = Spec("a", AccessType::kBlock);
  narrow.capacity = {.required_bytes = 1, .limit_bytes = 2};
  EXPECT_THAT(backend().CreateVolume(narrow, operation_),
              HasCode(absl::StatusCode::kOutOfRange));
  VolumeSpec huge = Spec("a", AccessType::kBlock);
  huge.capacity = {.required_bytes = int64_t{1} << 50};
  EXPECT_THAT(backend().CreateVolume(huge, operation_),
              HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(backend().ListVolumes({})->entries, IsEmpty());
}

TEST_P(VolumesContract, MalformedIdsAreNotFound) {
  for (const std::string& id :
       {std::string(), std::string("x"), std::string("../POOL"),
        std::string(300, 'v'), backend().SnapshotId({.name = "a"}).value()}) {
    EXPECT_THAT(backend().GetVolume(id), HasCode(absl::StatusCode::kNotFound));
    EXPECT_THAT(backend().DeleteVolume(id, operation_),
                HasCode(absl::StatusCode::kNotFound));
    EXPECT_THAT(backend().Attach(id, AttachMode::kReadWrite, operation_),
                HasCode(absl::StatusCode::kNotFound));
  }
}

TEST_P(VolumesContract, PagesHaveEachVolumeOnceInOrder) {
  for (int i = 0; i < 5; ++i) CreateBlock("v" + std::to_string(i));
  std::vector<std::string> seen;
  PageRequest request{.max_entries = 2};
  for (bool more = true; more;) {
    const auto page = backend().ListVolumes(request);
    ASSERT_THAT(page, IsOk());
    ASSERT_THAT(page->entries, Not(IsEmpty()));
    for (const Volume& volume : page->entries) seen.push_back(volume.id);
    more = page->more;
    request.after = seen.back();
  }
  EXPECT_THAT(seen, SizeIs(5));
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_P(VolumesContract, PublicationsAreKept) {
  const Volume volume = CreateBlock("a");
  const Publication publication{
      .node_id = "n",
      .read_only = true,
      .access_mode = AccessMode::kSingleNodeReaderOnly};
  ASSERT_THAT(backend().SetPublications(volume.id, {publication}), IsOk());
  world_->Restart();
  EXPECT_THAT(backend().GetVolume(volume.id)->publications,
              ::testing::ElementsAre(publication));
}

TEST_P(VolumesContract, CapacityShrinksByWhatIsPromisedAndComesBack) {
  const CapacityQuery query{.access_type = AccessType::kBlock};
  const int64_t before = backend().GetCapacity(query)->available_bytes;
  const Volume volume = CreateBlock("a");
  EXPECT_EQ(backend().GetCapacity(query)->available_bytes,
            before - kVolumeBytes);
  world_->Restart();
  EXPECT_EQ(backend().GetCapacity(query)->available_bytes,
            before - kVolumeBytes);
  ASSERT_THAT(backend().DeleteVolume(volume.id, operation_), IsOk());
  EXPECT_EQ(backend().GetCapacity(query)->available_bytes, before);
}

TEST_P(VolumesContract, LargestVolumeOfTheAnswerCanBeMade) {
  for (const AccessType type : {AccessType::kBlock, AccessType::kMount}) {
    VolumeSpec spec = Spec("max", type);
    spec.capacity.required_bytes =
        backend().GetCapacity({.access_type = type})->maximum_volume_bytes;
    const Volume volume = Create(spec);
    EXPECT_EQ(volume.size_bytes, spec.capacity.required_bytes);
    ASSERT_THAT(backend().DeleteVolume(volume.id, operation_), IsOk());
  }
}

TEST_P(VolumesContract, ManyAtTheSameTime) {
  constexpr int kThreads = 8;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      Operation own("Test");
      const auto made = backend().CreateVolume(
          Spec("v" + std::to_string(i), AccessType::kMount), own);
      ASSERT_THAT(made, IsOk());
      if (i % 2 == 0) return;
      EXPECT_THAT(backend().DeleteVolume(made->id, own), IsOk());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(backend().ListVolumes({})->entries, SizeIs(kThreads / 2));
}

}  // namespace
}  // namespace holdfast::backend
