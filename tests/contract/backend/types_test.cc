// Every type of file system that a volume can have, and what becomes of it.

#include <algorithm>

#include "backend/fs_traits.h"
#include "tests/contract/backend/contract.h"

namespace holdfast::backend {
namespace {

using Kind = ContentSource::Kind;

// For each type that is offered. A type that this machine's kernel cannot have
// is refused as a whole (INVALID_ARGUMENT).
class TypesContract : public BackendContract {
 protected:
  // Runs `check` with a volume of each type, and its type.
  template <typename Check>
  void ForEachType(const Check& check) {
    for (const FsTraits& type : AllFsTraits()) {
      SCOPED_TRACE(type.name);
      VolumeSpec spec = Spec("of-" + type.name, AccessType::kMount);
      spec.fs_type = type.name;
      spec.capacity.required_bytes = BytesOf(type);
      const auto volume = backend().CreateVolume(spec, operation_);
      if (absl::IsInvalidArgument(volume.status())) {
        EXPECT_EQ(type.name, "btrfs") << volume.status();
        continue;
      }
      ASSERT_THAT(volume, IsOk());
      check(*volume, type);
      if (HasFatalFailure()) return;
    }
  }
  static int64_t BytesOf(const FsTraits& type) {
    return std::max(type.minimum_bytes, kVolumeBytes);
  }

  // Mounts it, and answers what is in its file.
  std::string FileOf(const Volume& volume) {
    MountOf(volume);
    std::string text = world_->Read(Path(), 4);
    Unmount();
    Detach(volume.id);
    return text;
  }
  void MountOf(const Volume& volume) {
    Mount(Attach(volume.id), volume.format.fs_type);
  }
  std::string Path() const { return world_->mount_point() + "/file"; }
};

INSTANTIATE_TEST_SUITE_P(Pool, TypesContract, ::testing::Values(&MakeWorld));

TEST_P(TypesContract, VolumeHasTheTypeThatWasAskedForAndKeepsItsData) {
  ForEachType([this](const Volume& volume, const FsTraits& type) {
    EXPECT_EQ(volume.format.fs_type, type.name);
    EXPECT_EQ(volume.size_bytes, BytesOf(type));
    MountOf(volume);
    world_->Write(Path(), "data");
    Unmount();
    Detach(volume.id);
    EXPECT_EQ(backend().GetVolume(volume.id)->format.fs_type, type.name);
    EXPECT_EQ(FileOf(volume), "data");
  });
}

TEST_P(TypesContract, CloneAndRestoreHaveTheTypeAndTheDataOfTheirSource) {
  ForEachType([this](const Volume& volume, const FsTraits& type) {
    MountOf(volume);
    world_->Write(Path(), "data");
    const Snapshot cut = Cut(volume.id, "cut-of-" + type.name);
    const Volume clone =
        Create(From(Kind::kVolume, volume.id, "clone-of-" + type.name));
    world_->Write(Path(), "more");
    Unmount();
    Detach(volume.id);
    const Volume restored =
        Create(From(Kind::kSnapshot, cut.id, "restore-of-" + type.name));
    for (const Volume& copy : {clone, restored}) {
      EXPECT_EQ(copy.format.fs_type, type.name);
      EXPECT_EQ(FileOf(copy), "data");
    }
    EXPECT_EQ(FileOf(volume), "more");
  });
}

TEST_P(TypesContract, VolumeAndItsCloneAreAttachedSideBySide) {
  ForEachType([this](const Volume& volume, const FsTraits& type) {
    const Volume clone =
        Create(From(Kind::kVolume, volume.id, "clone-of-" + type.name));
    EXPECT_NE(Attach(volume.id), Attach(clone.id));
    MountOf(clone);
    world_->Write(Path(), "mine");
    Unmount();
    Detach(clone.id);
    Detach(volume.id);
    EXPECT_EQ(FileOf(clone), "mine");
    EXPECT_NE(FileOf(volume), "mine");
  });
}

TEST_P(TypesContract, VolumeThatIsNotAttachedGrowsAndIsStillMounted) {
  ForEachType([this](const Volume& volume, const FsTraits& type) {
    MountOf(volume);
    world_->Write(Path(), "data");
    Unmount();
    Detach(volume.id);
    const int64_t larger = volume.size_bytes + 64 * kMiB;
    EXPECT_EQ(*backend().ExpandVolume(volume.id, {larger, 0}, operation_),
              larger)
        << type.name;
    EXPECT_EQ(FileOf(volume), "data");
  });
}

TEST_P(TypesContract, MountedVolumeGrowsInTheCall) {
  ForEachType([this](const Volume& volume, const FsTraits& type) {
    if (!type.grow.empty() && !world_->CanGrowMountedExt4()) return;
    MountOf(volume);
    world_->Write(Path(), "data");
    const int64_t larger = volume.size_bytes + 64 * kMiB;
    EXPECT_THAT(backend().ExpandVolume(volume.id, {larger, 0}, operation_),
                IsOk());
    EXPECT_EQ(world_->Read(Path(), 4), "data");
    Unmount();
    Detach(volume.id);
  });
}

}  // namespace
}  // namespace holdfast::backend
