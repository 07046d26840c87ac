// Types of file systems, provisioning and logical blocks.

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "backend/pool/parameters.h"
#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TypesTest : public PoolTest {
 protected:
  backend::VolumeSpec Typed(const std::string& name,
                            const std::string& fs_type) {
    return {.name = name, .fs_type = fs_type};
  }
  backend::VolumeSpec Thick(const std::string& name) {
    backend::VolumeSpec spec = Spec(name);
    spec.parameters = {{kProvisioningParameter, "thick"}};
    return spec;
  }
  backend::VolumeSpec CopyOf(const backend::Volume& volume,
                             const std::string& name) {
    return {.name = name,
            .access_type = volume.format.access_type,
            .source = {backend::ContentSource::Kind::kVolume, volume.id}};
  }
  int64_t Allocated(const backend::Volume& volume) {
    return kernel.files().Stat(layout.Volume(volume.id))->allocated_bytes;
  }
};

TEST_F(TypesTest, EachTypeIsMadeWithItsOwnProgramAndHasAMinimum) {
  const std::vector<std::pair<std::string, int64_t>> types = {
      {"ext4", 16 * kMiB},
      {"ext3", 16 * kMiB},
      {"xfs", 300 * kMiB},
      {"btrfs", 256 * kMiB}};
  for (const auto& [type, minimum] : types) {
    backend::VolumeSpec spec = Typed(type, type);
    spec.capacity.required_bytes = 1;
    const auto volume = Create(spec);
    EXPECT_EQ(volume.size_bytes, minimum);
    EXPECT_EQ(volume.format.fs_type, type);
    EXPECT_EQ(kernel.file_systems().Probe(layout.Volume(volume.id))->type,
              type);
    EXPECT_EQ(pool->GetCapacity({.fs_type = type})->minimum_volume_bytes,
              minimum);
  }
}

TEST_F(TypesTest, BtrfsIsTriedOnceAndNothingOfTheTryStays) {
  Create(Typed("a", "btrfs"));
  EXPECT_THAT(kernel.AttachedLoops(), IsEmpty());
  EXPECT_EQ(kernel.DetachedMounts(), 0);
  EXPECT_THAT(kernel.PathsUnder(layout.Incoming()), IsEmpty());
  kernel.calls().Reset();
  Create(Typed("b", "btrfs"));
  EXPECT_EQ(kernel.calls().Count("Mounts.MountDevice"), 0);
}

TEST_F(TypesTest, NothingOfATryStaysAfterAKillAtAnyOfItsCalls) {
  bool reached_the_end = false;
  int left = 0;
  for (int call = 1; !reached_the_end; ++call) {
    kernel.calls().StopAt(call);
    const std::string name = absl::StrCat("killed ", call);
    reached_the_end = pool->CreateVolume(Typed(name, "btrfs"), operation).ok();
    left += kernel.AttachedLoops().empty() ? 0 : 1;
    KillAndReopen();
    EXPECT_THAT(kernel.AttachedLoops(), IsEmpty()) << "killed at call " << call;
  }
  EXPECT_GT(left, 0);
}

TEST_F(TypesTest, BtrfsIsRefusedWhereItsClonesCannotBeMountedTogether) {
  kernel.SetMountsBtrfsClones(false);
  const auto status =
      pool->CreateVolume(Typed("a", "btrfs"), operation).status();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(status.message()), HasSubstr("side by side"));
  EXPECT_THAT(Objects(), IsEmpty());
  EXPECT_THAT(kernel.AttachedLoops(), IsEmpty());
  EXPECT_EQ(pool->GetCapacity({.fs_type = "btrfs"})->maximum_volume_bytes, 0);
}

TEST_F(TypesTest, WhatKeepsBtrfsFromBeingTriedIsNotTakenForARefusal) {
  for (const int error : {EBUSY, EMFILE, ENOMEM, EINVAL}) {
    kernel.calls().FailNext("Mounts.MountDevice", error);
    EXPECT_FALSE(pool->CreateVolume(Typed("a", "btrfs"), operation).ok());
    EXPECT_GT(pool->GetCapacity({.fs_type = "btrfs"})->maximum_volume_bytes, 0)
        << error;
    EXPECT_THAT(kernel.AttachedLoops(), IsEmpty());
  }
  EXPECT_TRUE(pool->CreateVolume(Typed("a", "btrfs"), operation).ok());
}

TEST_F(TypesTest, KernelWithoutBtrfsIsAskedAgain) {
  kernel.calls().FailNext("Mounts.MountDevice", ENODEV);
  EXPECT_THAT(pool->CreateVolume(Typed("a", "btrfs"), operation).status(),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(pool->CreateVolume(Typed("a", "btrfs"), operation).ok());
}

TEST_F(TypesTest, DefaultTypeIsThatOfThePoolsOptions) {
  options.default_fs_type = "xfs";
  Reopen();
  EXPECT_EQ(pool->GetCapacity({})->minimum_volume_bytes, 300 * kMiB);
  const auto volume = Create({.name = "a"});
  EXPECT_EQ(volume.format.fs_type, "xfs");
  EXPECT_EQ(Create(Typed("b", "ext4")).format.fs_type, "ext4");
  options.default_fs_type = "ext3";
  Reopen();
  EXPECT_EQ(Create(CopyOf(volume, "c")).format.fs_type, "xfs");
  EXPECT_EQ(Create(BlockSpec("d")).format.fs_type, "");
}

TEST_F(TypesTest, ThickVolumeIsAllocatedInFullAndStaysSoWhenItGrows) {
  const auto volume = Create(Thick("a"));
  EXPECT_EQ(Allocated(volume), 64 * kMiB);
  ASSERT_TRUE(pool->ExpandVolume(volume.id, {128 * kMiB, 0}, operation).ok());
  EXPECT_EQ(Allocated(volume), 128 * kMiB);
}

TEST_F(TypesTest, ThickCloneSharesNothing) {
  auto spec = CopyOf(Create(Spec("a")), "copy");
  spec.parameters = {{kProvisioningParameter, "thick"}};
  const int64_t before = kernel.files().StatFileSystem("/pool")->used_bytes;
  const auto copy = Create(spec);
  EXPECT_EQ(kernel.files().StatFileSystem("/pool")->used_bytes - before,
            copy.size_bytes);
}

TEST_F(TypesTest, ThickDeviceIgnoresDiscardsAlsoWhenAdopted) {
  const auto volume = Create(Thick("a"));
  kernel.calls().FailNext("LoopDevices.SetDiscards", EMFILE);
  kernel.calls().FailNext("LoopDevices.Detach", EIO);
  ASSERT_FALSE(
      pool->Attach(volume.id, backend::AttachMode::kReadWrite, operation).ok());
  ASSERT_THAT(kernel.AttachedLoops(), SizeIs(1));
  KillAndReopen();
  const auto device = Attach(volume.id).device_path;
  EXPECT_FALSE(kernel.Discard(device, 0, kMiB));
  EXPECT_THAT(kernel.AttachedLoops(), SizeIs(1));
  EXPECT_EQ(Allocated(volume), 64 * kMiB);
}

TEST_F(TypesTest, ThinVolumeOnTheSameDevicePassesDiscardsOn) {
  const auto thick = Create(Thick("a"));
  const auto device = Attach(thick.id).device_path;
  ASSERT_TRUE(
      pool->Detach(thick.id, backend::AttachMode::kReadWrite, operation).ok());
  const auto thin = Create(Spec("b"));
  EXPECT_EQ(Attach(thin.id).device_path, device);
  EXPECT_TRUE(kernel.Discard(device, 0, kMiB));
}

// A device is removed only if nobody has it.
TEST_F(TypesTest, ThinVolumeTakesAnotherDeviceIfThatOfAThickOneStays) {
  const auto thick = Create(Thick("a"));
  const auto device = Attach(thick.id).device_path;
  kernel.calls().FailAlways("LoopDevices.Remove", EBUSY);
  ASSERT_TRUE(
      pool->Detach(thick.id, backend::AttachMode::kReadWrite, operation).ok());
  const auto thin = Create(Spec("b"));
  const auto other = Attach(thin.id).device_path;
  EXPECT_NE(other, device);
  EXPECT_TRUE(kernel.Discard(other, 0, kMiB));
  EXPECT_THAT(kernel.AttachedLoops(), SizeIs(1));
}

TEST_F(TypesTest, DeviceThatAnotherLeftWithoutDiscardsIsMadeAnew) {
  ASSERT_TRUE(kernel.loops().SetDiscards(0, os::Discards::kIgnore).ok());
  const auto device = Attach(Create(Spec("a")).id).device_path;
  EXPECT_TRUE(kernel.Discard(device, 0, kMiB));
  EXPECT_THAT(kernel.AttachedLoops(), SizeIs(1));
}

TEST_F(TypesTest, VolumeIsAttachedWhereNoDeviceTakesDiscards) {
  const auto volume = Create(Spec("a"));
  kernel.calls().FailAlways("LoopDevices.SetDiscards", EINVAL);
  Attach(volume.id);
  EXPECT_THAT(kernel.AttachedLoops(), SizeIs(1));
}

TEST_F(TypesTest, LogicalBlockIsKeptByClonesAndRestoresAndTheirDevices) {
  backend::VolumeSpec spec = Spec("a");
  spec.parameters = {{kLogicalBlockBytesParameter, "512"}};
  const auto volume = Create(spec);
  EXPECT_EQ(volume.format.logical_block_bytes, 512u);
  const auto clone = Create(CopyOf(volume, "clone"));
  EXPECT_EQ(clone.format.logical_block_bytes, 512u);
  backend::VolumeSpec restore = CopyOf(volume, "restore");
  restore.source = {backend::ContentSource::Kind::kSnapshot,
                    Cut(volume.id, "s").id};
  EXPECT_EQ(Create(restore).format.logical_block_bytes, 512u);
  auto other = CopyOf(volume, "other");
  other.parameters = {{kLogicalBlockBytesParameter, "4096"}};
  EXPECT_THAT(pool->CreateVolume(other, operation).status(),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(TypesTest, VolumeNobodyWroteToIsAsOldAsItsData) {
  const auto volume = Create(Spec("a"));
  auto stored = *pool->GetVolume(volume.id);
  EXPECT_EQ(stored.created_at, volume.created_at);
  EXPECT_EQ(stored.modified_at, stored.created_at);
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, 4096));
  stored = *pool->GetVolume(volume.id);
  EXPECT_NE(stored.modified_at, stored.created_at);
}

TEST_F(TypesTest, OtherMkfsOptionsMakeAnotherTemplate) {
  Create(Spec("a"));
  backend::VolumeSpec spec = Spec("b");
  spec.parameters = {{kMkfsOptionsParameter, "-i 4096 -O ^resize_inode,quota"}};
  kernel.calls().Reset();
  Create(spec);
  EXPECT_EQ(kernel.formatted_paths().size(), 2u);
  std::string command;
  for (const auto& call : kernel.calls().List()) {
    if (call.name == "Commands.Run" &&
        call.argument.find("/pool/incoming/") != std::string::npos) {
      command = call.argument;
    }
  }
  EXPECT_THAT(command, HasSubstr("-i 4096"));
  EXPECT_THAT(command, HasSubstr("none,has_journal,ext_attr,^resize_inode"));
  EXPECT_THAT(command, HasSubstr("metadata_csum_seed,quota"));
}

}  // namespace
}  // namespace holdfast::pool
