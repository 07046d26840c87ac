// CreateVolume from a snapshot or a volume, and snapshots.

#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using backend::AccessType;
using backend::AttachMode;
using backend::ContentSource;
using ::testing::IsEmpty;
using ::testing::Not;

class SourceTest : public PoolTest {
 protected:
  backend::VolumeSpec From(ContentSource::Kind kind, const std::string& id,
                           const std::string& name) {
    backend::VolumeSpec spec{.name = name};
    spec.source = {kind, id};
    return spec;
  }
  backend::VolumeSpec Restore(const backend::Snapshot& snapshot,
                              const std::string& name) {
    auto spec = From(ContentSource::Kind::kSnapshot, snapshot.id, name);
    spec.access_type = snapshot.format.access_type;
    return spec;
  }
  backend::VolumeSpec Clone(const backend::Volume& volume,
                            const std::string& name) {
    auto spec = From(ContentSource::Kind::kVolume, volume.id, name);
    spec.access_type = volume.format.access_type;
    return spec;
  }
  int64_t Allocated(const std::string& path) {
    return kernel.files().Stat(path)->allocated_bytes;
  }
};

TEST_F(SourceTest, SnapshotHoldsWhatTheVolumeHeld) {
  const auto volume = Create(BlockSpec("a"));
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, 8 * kMiB));
  const auto snapshot = Cut(volume.id, "s");
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 8 * kMiB, kMiB));
  EXPECT_EQ(Allocated(layout.Snapshot(snapshot.id)), 8 * kMiB);
  const auto read = pool->GetSnapshot(snapshot.id);
  EXPECT_EQ(read->name, "s");
  EXPECT_EQ(read->source_volume_id, volume.id);
  EXPECT_EQ(read->size_bytes, volume.size_bytes);
  EXPECT_EQ(read->format.access_type, AccessType::kBlock);
  EXPECT_EQ(read->created_at, snapshot.created_at);
}

TEST_F(SourceTest, RestoreIsAsLargeAsTheSnapshotAndKeepsItsFormat) {
  const auto snapshot = Cut(Create(Spec("a")).id, "s");
  const auto restored = Create(Restore(snapshot, "r"));
  EXPECT_EQ(restored.size_bytes, 64 * kMiB);
  EXPECT_EQ(restored.format.fs_type, "ext4");
  EXPECT_EQ(kernel.file_systems().Probe(layout.Volume(restored.id))->type,
            "ext4");
  EXPECT_EQ(pool->GetVolume(restored.id)->spec.source,
            (ContentSource{ContentSource::Kind::kSnapshot, snapshot.id}));
}

TEST_F(SourceTest, RestoreMayBeLargerAndNeverSmaller) {
  const auto snapshot = Cut(Create(Spec("a")).id, "s");
  auto spec = Restore(snapshot, "r");
  spec.capacity = {.required_bytes = 128 * kMiB};
  EXPECT_EQ(Create(spec).size_bytes, 128 * kMiB);
  spec.name = "smaller";
  spec.capacity = {.required_bytes = 32 * kMiB};
  EXPECT_THAT(pool->CreateVolume(spec, operation).status(),
              HasCode(absl::StatusCode::kOutOfRange));
  spec.name = "limited";
  spec.capacity = {.limit_bytes = 32 * kMiB};
  EXPECT_THAT(pool->CreateVolume(spec, operation).status(),
              HasCode(absl::StatusCode::kOutOfRange));
}

TEST_F(SourceTest, AnotherAccessOrFileSystemTypeIsRefused) {
  const auto snapshot = Cut(Create(BlockSpec("a")).id, "s");
  auto spec = Restore(snapshot, "r");
  spec.access_type = AccessType::kMount;
  EXPECT_THAT(pool->CreateVolume(spec, operation).status(),
              HasCode(absl::StatusCode::kInvalidArgument));
  auto clone = Clone(Create(Spec("m")), "c");
  clone.fs_type = "xfs";
  EXPECT_THAT(pool->CreateVolume(clone, operation).status(),
              HasCode(absl::StatusCode::kInvalidArgument));
  clone.fs_type = "ext4";
  EXPECT_EQ(Create(clone).format.fs_type, "ext4");
}

TEST_F(SourceTest, MissingSourceIsNotFound) {
  for (const auto kind :
       {ContentSource::Kind::kSnapshot, ContentSource::Kind::kVolume}) {
    const std::string id = kind == ContentSource::Kind::kVolume
                               ? pool->VolumeId({.name = "gone"}).value()
                               : pool->SnapshotId({.name = "gone"}).value();
    EXPECT_THAT(pool->CreateVolume(From(kind, id, "x"), operation).status(),
                HasCode(absl::StatusCode::kNotFound));
    EXPECT_THAT(
        pool->CreateVolume(From(kind, "../../etc/passwd", "x"), operation)
            .status(),
        HasCode(absl::StatusCode::kNotFound));
  }
  EXPECT_THAT(pool->CreateSnapshot(
                      SnapshotOf(pool->VolumeId({.name = "gone"}).value(), "s"),
                      operation)
                  .status(),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(SourceTest, DeletingTheSourceLeavesSnapshotAndCloneWhole) {
  const auto volume = Create(BlockSpec("a"));
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, 4 * kMiB));
  const auto snapshot = Cut(volume.id, "s");
  const auto clone = Create(Clone(volume, "c"));
  ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  pool->trash().Drain();
  EXPECT_EQ(Allocated(layout.Volume(clone.id)), 4 * kMiB);
  const auto restored = Create(Restore(snapshot, "r"));
  EXPECT_EQ(Allocated(layout.Volume(restored.id)), 4 * kMiB);
  // And a repetition of what was made from it still finds its object.
  EXPECT_THAT(pool->CreateVolume(Clone(volume, "c"), operation).status(),
              HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(
      pool->CreateSnapshot(SnapshotOf(volume.id, "s"), operation).status(),
      HasCode(absl::StatusCode::kAlreadyExists));
}

TEST_F(SourceTest, MountedSourceIsFlushedBeforeItIsCloned) {
  const auto volume = Create(Spec("a"));
  Mount(Attach(volume.id));
  kernel.calls().Reset();
  Cut(volume.id, "s");
  Create(Clone(volume, "c"));
  int flushed = 0;
  int cloned = 0;
  for (const auto& call : kernel.calls().List()) {
    if (call.name == "FileSystems.Sync") ++flushed;
    if (call.name == "DataFiles.Clone") {
      ++cloned;
      EXPECT_EQ(flushed, cloned);
    }
  }
  EXPECT_EQ(cloned, 2);
  EXPECT_EQ(kernel.DetachedMounts(), 0);
}

TEST_F(SourceTest, AttachedBlockSourceIsFlushedBeforeItIsCloned) {
  const auto volume = Create(BlockSpec("a"));
  Attach(volume.id);
  kernel.calls().Reset();
  Cut(volume.id, "s");
  bool flushed = false;
  for (const auto& call : kernel.calls().List()) {
    if (call.name == "DataFiles.Sync") flushed = true;
    if (call.name == "DataFiles.Clone") {
      EXPECT_TRUE(flushed);
    }
  }
}

TEST_F(SourceTest, FailedFlushMakesNoSnapshot) {
  const auto volume = Create(Spec("a"));
  Mount(Attach(volume.id));
  kernel.calls().FailNext("FileSystems.Sync", EIO);
  EXPECT_FALSE(
      pool->CreateSnapshot(SnapshotOf(volume.id, "s"), operation).ok());
  EXPECT_THAT(kernel.PathsUnder(layout.Snapshots()), IsEmpty());
}

TEST_F(SourceTest, SnapshotSurvivesAPowerCutOnceAnswered) {
  const auto volume = Create(BlockSpec("a"));
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, 4 * kMiB));
  const auto snapshot = Cut(volume.id, "s");
  CutPowerAndReopen();
  EXPECT_EQ(pool->GetSnapshot(snapshot.id)->size_bytes, 64 * kMiB);
  EXPECT_EQ(Allocated(layout.Snapshot(snapshot.id)), 4 * kMiB);
}

TEST_F(SourceTest, PromisedToASnapshotIsWhatItHoldsWhenCut) {
  const auto volume = Create(BlockSpec("a"));
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, 4 * kMiB));
  const int64_t before = Promised();
  const auto snapshot = Cut(volume.id, "s");
  EXPECT_EQ(Promised(), before + 4 * kMiB);
  EXPECT_EQ(CountedAnew(), before + 4 * kMiB);
  ASSERT_TRUE(pool->DeleteSnapshot(snapshot.id, operation).ok());
  pool->trash().Drain();
  EXPECT_EQ(Promised(), before);
}

TEST_F(SourceTest, SnapshotThatHasNoRoomIsNotMade) {
  backend::VolumeSpec spec = BlockSpec("a");
  spec.capacity = {.required_bytes = 15 * kGiB};
  const auto volume = Create(spec);
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, kGiB));
  const int64_t promised = Promised();
  EXPECT_THAT(
      pool->CreateSnapshot(SnapshotOf(volume.id, "s"), operation).status(),
      HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(Promised(), promised);
  EXPECT_THAT(kernel.PathsUnder(layout.Snapshots()), IsEmpty());
}

TEST_F(SourceTest, UnknownSnapshotParameterIsRefused) {
  auto spec = SnapshotOf(Create(Spec("a")).id, "s");
  spec.parameters = {{"mode", "fast"}};
  EXPECT_THAT(pool->CreateSnapshot(spec, operation).status(),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(SourceTest, DeletedSnapshotIsNotFoundAndCanBeMadeAgain) {
  const auto volume = Create(Spec("a"));
  for (int round = 0; round < 3; ++round) {
    const auto snapshot = Cut(volume.id, "s");
    ASSERT_TRUE(pool->DeleteSnapshot(snapshot.id, operation).ok());
    EXPECT_THAT(pool->GetSnapshot(snapshot.id).status(),
                HasCode(absl::StatusCode::kNotFound));
    EXPECT_THAT(pool->DeleteSnapshot(snapshot.id, operation),
                HasCode(absl::StatusCode::kNotFound));
  }
  EXPECT_THAT(kernel.PathsUnder(layout.Trash()), Not(IsEmpty()));
}

}  // namespace
}  // namespace holdfast::pool
