// Snapshots, clones and growth: whose data is where.

#include "tests/contract/backend/contract.h"

namespace holdfast::backend {
namespace {

using ::testing::SizeIs;
using Kind = ContentSource::Kind;

class DataContract : public BackendContract {};

INSTANTIATE_TEST_SUITE_P(Pool, DataContract, ::testing::Values(&MakeWorld));

TEST_P(DataContract, SnapshotHoldsWhatWasWrittenBeforeItAndNothingAfter) {
  const Volume volume = CreateBlock("a");
  const std::string device = Attach(volume.id);
  world_->Write(device, "before");
  const Snapshot snapshot = Cut(volume.id, "s");
  world_->Write(device, "after!");
  const Volume restored = Create(From(Kind::kSnapshot, snapshot.id, "r"));
  EXPECT_EQ(Content(restored.id, 6), "before");
  EXPECT_EQ(world_->Read(device, 6), "after!");
  Detach(volume.id);
}

TEST_P(DataContract, CloneHasTheDataAndALifeOfItsOwn) {
  const Volume volume = CreateBlock("a");
  const std::string device = Attach(volume.id);
  world_->Write(device, "shared");
  const Volume clone = Create(From(Kind::kVolume, volume.id, "c"));
  world_->Write(Attach(clone.id), "cloned");
  Detach(clone.id);
  EXPECT_EQ(world_->Read(device, 6), "shared");
  Detach(volume.id);
  EXPECT_EQ(Content(clone.id, 6), "cloned");
}

TEST_P(DataContract, WhatAMountedFileSystemTookIsInTheSnapshot) {
  const Volume volume = CreateMount("a");
  Mount(Attach(volume.id));
  world_->Write(world_->mount_point() + "/file", "written");
  const Snapshot snapshot = Cut(volume.id, "s");
  Unmount();
  Detach(volume.id);
  const Volume restored = Create(From(Kind::kSnapshot, snapshot.id, "r"));
  Mount(Attach(restored.id));
  EXPECT_EQ(world_->Read(world_->mount_point() + "/file", 7), "written");
  Unmount();
  Detach(restored.id);
}

TEST_P(DataContract, DeletedSourceLeavesSnapshotAndRestoreWhole) {
  const Volume volume = CreateBlock("a");
  world_->Write(Attach(volume.id), "data");
  Detach(volume.id);
  const Snapshot snapshot = Cut(volume.id, "s");
  const Volume restored = Create(From(Kind::kSnapshot, snapshot.id, "r"));
  ASSERT_THAT(backend().DeleteVolume(volume.id, operation_), IsOk());
  const Volume second = Create(From(Kind::kSnapshot, snapshot.id, "r2"));
  ASSERT_THAT(backend().DeleteSnapshot(snapshot.id, operation_), IsOk());
  world_->Restart();
  EXPECT_EQ(Content(restored.id, 4), "data");
  EXPECT_EQ(Content(second.id, 4), "data");
}

TEST_P(DataContract, RestoreMayBeLargerAndNeverSmaller) {
  const Snapshot snapshot = Cut(CreateMount("a").id, "s");
  EXPECT_EQ(snapshot.size_bytes, kVolumeBytes);
  VolumeSpec spec = From(Kind::kSnapshot, snapshot.id, "r");
  spec.capacity.required_bytes = 2 * kVolumeBytes;
  const Volume larger = Create(spec);
  EXPECT_EQ(larger.size_bytes, 2 * kVolumeBytes);
  Mount(Attach(larger.id));
  Unmount();
  Detach(larger.id);
  spec.name = "smaller";
  spec.capacity.required_bytes = kVolumeBytes / 2;
  EXPECT_THAT(backend().CreateVolume(spec, operation_),
              HasCode(absl::StatusCode::kOutOfRange));
}

TEST_P(DataContract, RestoreKeepsWhatItsSourceIs) {
  VolumeSpec spec =
      From(Kind::kSnapshot, Cut(CreateBlock("a").id, "s").id, "r");
  spec.access_type = AccessType::kMount;
  EXPECT_THAT(backend().CreateVolume(spec, operation_),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_P(DataContract, MissingSourceIsNotFound) {
  VolumeSpec spec = Spec("a", AccessType::kBlock);
  spec.source = {Kind::kSnapshot,
                 backend().SnapshotId({.name = "gone"}).value()};
  EXPECT_THAT(backend().CreateVolume(spec, operation_),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(
      backend().CreateSnapshot(
          {.name = "s",
           .source_volume_id = backend().VolumeId({.name = "gone"}).value()},
          operation_),
      HasCode(absl::StatusCode::kNotFound));
}

TEST_P(DataContract, SnapshotsAreListedBySource) {
  const Volume a = CreateBlock("a");
  const Volume b = CreateBlock("b");
  Cut(a.id, "s1");
  Cut(a.id, "s2");
  const Snapshot other = Cut(b.id, "s3");
  EXPECT_THAT(backend().ListSnapshots({}, {})->entries, SizeIs(3));
  EXPECT_THAT(backend().ListSnapshots({.source_volume_id = a.id}, {})->entries,
              SizeIs(2));
  EXPECT_THAT(backend().ListSnapshots({.snapshot_id = other.id}, {})->entries,
              SizeIs(1));
  EXPECT_THAT(backend().CreateSnapshot({.name = "s1", .source_volume_id = a.id},
                                       operation_),
              HasCode(absl::StatusCode::kAlreadyExists));
}

TEST_P(DataContract, AttachedBlockVolumeGrows) {
  const Volume volume = CreateBlock("a");
  world_->Write(Attach(volume.id), "data");
  const auto size =
      backend().ExpandVolume(volume.id, {2 * kVolumeBytes, 0}, operation_);
  ASSERT_THAT(size, IsOk());
  EXPECT_EQ(*size, 2 * kVolumeBytes);
  EXPECT_EQ((*backend().FindAttachment(volume.id, AttachMode::kReadWrite))
                ->size_bytes,
            2 * kVolumeBytes);
  Detach(volume.id);
  EXPECT_EQ(Content(volume.id, 4), "data");
  EXPECT_EQ(backend().GetVolume(volume.id)->size_bytes, 2 * kVolumeBytes);
}

TEST_P(DataContract, MountedVolumeGrowsOrSaysWhyNot) {
  const Volume volume = CreateMount("a");
  Mount(Attach(volume.id));
  const auto size =
      backend().ExpandVolume(volume.id, {2 * kVolumeBytes, 0}, operation_);
  if (world_->CanGrowMountedExt4()) {
    EXPECT_THAT(size, IsOk());
  } else {
    EXPECT_THAT(size, HasCode(absl::StatusCode::kFailedPrecondition));
  }
  EXPECT_EQ((*backend().FindAttachment(volume.id, AttachMode::kReadWrite))
                ->size_bytes,
            2 * kVolumeBytes);
  Unmount();
  Detach(volume.id);
}

TEST_P(DataContract, NothingShrinks) {
  const Volume volume = CreateBlock("a");
  EXPECT_EQ(*backend().ExpandVolume(volume.id, {kMiB, 0}, operation_),
            kVolumeBytes);
  EXPECT_THAT(backend().ExpandVolume(volume.id, {kMiB, 2 * kMiB}, operation_),
              HasCode(absl::StatusCode::kOutOfRange));
}

}  // namespace
}  // namespace holdfast::backend
