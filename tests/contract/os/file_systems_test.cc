#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/contract/os/contract.h"

namespace holdfast::os {
namespace {

std::string DevicePath(int number) { return absl::StrCat("/dev/loop", number); }

TEST_P(FileSystemsContract, ProbeReadsFileAndDeviceAlike) {
  MakeVolume(InPool("x"));
  const auto file = file_systems().Probe(InPool("x"));
  ASSERT_THAT(file.status(), IsOk());
  EXPECT_EQ(file->type, "ext4");
  EXPECT_EQ(file->size_bytes, kVolumeBytes);
  EXPECT_EQ(file->uuid.size(), 36U);
  EXPECT_FALSE(file->has_errors);
  const auto device = file_systems().Probe(DevicePath(AttachLoop(InPool("x"))));
  ASSERT_THAT(device.status(), IsOk());
  EXPECT_EQ(device->uuid, file->uuid);
  EXPECT_EQ(device->size_bytes, kVolumeBytes);
}

TEST_P(FileSystemsContract, ProbeForATypeFindsThatOneAlone) {
  MakeVolume(InPool("x"));
  const auto whole = file_systems().Probe(InPool("x"));
  ASSERT_THAT(whole.status(), IsOk());
  const auto found = file_systems().ProbeFor(InPool("x"), "ext4");
  ASSERT_THAT(found.status(), IsOk());
  EXPECT_EQ(found->type, "ext4");
  EXPECT_EQ(found->uuid, whole->uuid);
  EXPECT_EQ(found->size_bytes, kVolumeBytes);
  EXPECT_EQ(Value(file_systems().ProbeFor(InPool("x"), "xfs")).type, "");
  EXPECT_EQ(Value(file_systems().ProbeFor(InPool("x"), "none such")).type, "");
  EXPECT_THAT(file_systems().ProbeFor(InPool("no"), "ext4"), HasErrno(ENOENT));
}

TEST_P(FileSystemsContract, ProbeOfBlankFindsNothing) {
  MakeFile(InPool("x"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), kVolumeBytes),
              IsOk());
  const auto found = file_systems().Probe(InPool("x"));
  ASSERT_THAT(found.status(), IsOk());
  EXPECT_EQ(found->type, "");
  EXPECT_THAT(file_systems().Probe(InPool("no")), HasErrno(ENOENT));
}

TEST_P(FileSystemsContract, BothEndsOfAFileOrDeviceAreZeroOrNot) {
  constexpr int64_t kEnd = 4096;
  MakeFile(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  ASSERT_THAT(data_files().Truncate(fd.get(), kVolumeBytes), IsOk());
  const std::string device = DevicePath(AttachLoop(InPool("x")));
  EXPECT_TRUE(Value(file_systems().EndsAreZero(InPool("x"), kEnd)));
  EXPECT_TRUE(Value(file_systems().EndsAreZero(device, kEnd)));
  ASSERT_THAT(files().WriteAll(fd.get(), std::string(kEnd - 1, '\0') + "x"),
              IsOk());
  EXPECT_FALSE(Value(file_systems().EndsAreZero(InPool("x"), kEnd)));
  EXPECT_TRUE(Value(file_systems().EndsAreZero(InPool("x"), kEnd - 1)));
  EXPECT_THAT(file_systems().EndsAreZero(InPool("no"), kEnd), HasErrno(ENOENT));
}

TEST_P(FileSystemsContract, OverwrittenSuperblockIsGoneAndTheDataIsNot) {
  MakeVolume(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  ASSERT_THAT(files().WriteAll(fd.get(), std::string(4096, '\0')), IsOk());
  const auto found = file_systems().Probe(InPool("x"));
  ASSERT_THAT(found.status(), IsOk());
  EXPECT_EQ(found->type, "");
  EXPECT_FALSE(Value(data_files().IsBlank(fd.get())));
}

TEST_P(FileSystemsContract, CloneHoldsTheSameFileSystem) {
  MakeVolume(InPool("x"));
  MakeFile(InPool("y"));
  ASSERT_THAT(
      data_files().Clone(Open(InPool("y")).get(), Open(InPool("x")).get()),
      IsOk());
  EXPECT_EQ(Value(file_systems().Probe(InPool("y"))).uuid,
            Value(file_systems().Probe(InPool("x"))).uuid);
  MountAt(AttachLoop(InPool("x")), InPool("a"));
  MountAt(AttachLoop(InPool("y")), InPool("b"));
  MakeFile(InPool("a/file"), "text");
  EXPECT_EQ(Read(InPool("b/file")), "");
}

TEST_P(FileSystemsContract, CloneOfAMountedVolumeHoldsWhatWasFlushed) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  MountAt(number, InPool("a"));
  MakeFile(InPool("a/file"), "text");
  {
    const UniqueFd mount = MountLoop(number);
    EXPECT_THAT(file_systems().Sync(mount.get()), IsOk());
  }
  MakeFile(InPool("y"));
  ASSERT_THAT(
      data_files().Clone(Open(InPool("y")).get(), Open(InPool("x")).get()),
      IsOk());
  MountAt(AttachLoop(InPool("y")), InPool("b"));
  EXPECT_EQ(Read(InPool("b/file")), "text");
}

TEST_P(FileSystemsContract, CloneOfAMountedVolumeNeedsAWritableMountFirst) {
  MakeVolume(InPool("x"));
  MountAt(AttachLoop(InPool("x")), InPool("a"));
  MakeFile(InPool("a/file"), "text");
  ASSERT_THAT(
      file_systems().Sync(Open(InPool("a"), OpenMode::kDirectory).get()),
      IsOk());
  MakeFile(InPool("y"));
  ASSERT_THAT(
      data_files().Clone(Open(InPool("y")).get(), Open(InPool("x")).get()),
      IsOk());
  const int clone = AttachLoop(InPool("y"), {.mode = LoopMode::kReadOnly});
  EXPECT_THAT(
      mounts().MountDevice(
          {.device = DevicePath(clone), .fs_type = "ext4", .read_only = true}),
      HasErrno(EROFS));
}

TEST_P(FileSystemsContract, GrowTakesTheDevicesSize) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  MountAt(number, InPool("m"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), 2 * kVolumeBytes),
              IsOk());
  ASSERT_THAT(loops().UpdateSize(number), IsOk());
  const UniqueFd mount = MountLoop(number);
  const auto grown = file_systems().Grow(mount.get(), "ext4", 2 * kVolumeBytes);
  if (!world_->CanGrowMountedExt4()) {
    EXPECT_THAT(grown, HasErrno(EPERM));
    return;
  }
  EXPECT_THAT(grown, IsOk());
  ASSERT_THAT(file_systems().Sync(mount.get()), IsOk());
  EXPECT_EQ(Value(file_systems().Probe(DevicePath(number))).size_bytes,
            2 * kVolumeBytes);
}

TEST_P(FileSystemsContract, GrowToTheSizeItHasIsOk) {
  MakeVolume(InPool("x"));
  const UniqueFd mount = MountLoop(AttachLoop(InPool("x")));
  EXPECT_THAT(file_systems().Grow(mount.get(), "ext4", kVolumeBytes), IsOk());
  EXPECT_THAT(file_systems().Grow(mount.get(), "no-such", kVolumeBytes),
              HasErrno(EOPNOTSUPP));
}

// Why a pool is mounted without nouuid.
TEST_P(FileSystemsContract, CloneOfAMountedXfsIsRefused) {
  MakeFile(InPool("x"));
  MakeFile(InPool("y"));
  const UniqueFd from = Open(InPool("x"));
  ASSERT_THAT(data_files().Truncate(from.get(), 320 * kMiB), IsOk());
  const auto made =
      Value(commands().Run({"mkfs.xfs", "-q", "-s", "size=4096", InPool("x")},
                           absl::InfiniteFuture()));
  ASSERT_EQ(made.exit_code, 0) << made.output;
  ASSERT_THAT(data_files().Clone(Open(InPool("y")).get(), from.get()), IsOk());
  MountRequest request = {.device = DevicePath(AttachLoop(InPool("x"))),
                          .fs_type = "xfs"};
  const UniqueFd mount = Value(mounts().MountDevice(request));
  request.device = DevicePath(AttachLoop(InPool("y")));
  EXPECT_THAT(mounts().MountDevice(request), HasErrno(EINVAL));
  request.options = {{"nouuid", ""}};
  EXPECT_THAT(mounts().MountDevice(request).status(), IsOk());
}

// A file of 320 MiB on a loop device, with a file system of this type.
struct Typed {
  std::string type;
  std::vector<std::pair<std::string, std::string>> options;
};
const std::vector<Typed>& GrowingTypes() {
  static const auto* const kTypes =
      new std::vector<Typed>{{"xfs", {{"nouuid", ""}}}, {"btrfs", {}}};
  return *kTypes;
}

TEST_P(FileSystemsContract, MountsOfATypeAreListedWithTheirDevice) {
  for (const Typed& typed : GrowingTypes()) {
    const std::string path = InPool(typed.type);
    MakeFile(path);
    ASSERT_THAT(data_files().Truncate(Open(path).get(), 320 * kMiB), IsOk());
    const auto made =
        Value(commands().Run({absl::StrCat("mkfs.", typed.type), "-q", path},
                             absl::InfiniteFuture()));
    ASSERT_EQ(made.exit_code, 0) << made.output;
    const int number = AttachLoop(path);
    const std::string name = absl::StrCat("m-", typed.type);
    ASSERT_THAT(files().MakeDirectory(InPool(name)), IsOk());
    const UniqueFd mount =
        Value(mounts().MountDevice({.device = DevicePath(number),
                                    .fs_type = typed.type,
                                    .options = typed.options}));
    ASSERT_THAT(mounts().Attach(mount.get(), InPool(name)), IsOk());
    const DeviceNumber device = Value(files().Stat(DevicePath(number))).device;
    EXPECT_EQ(Listed(name).file_system, device) << typed.type;
    EXPECT_EQ(Value(files().Stat(InPool(name))).file_system, device);
  }
}

TEST_P(FileSystemsContract, XfsAndBtrfsGrowMountedAndNeverShrink) {
  for (const Typed& typed : GrowingTypes()) {
    const std::string path = InPool(typed.type);
    MakeFile(path);
    ASSERT_THAT(data_files().Truncate(Open(path).get(), 320 * kMiB), IsOk());
    const auto made =
        Value(commands().Run({absl::StrCat("mkfs.", typed.type), "-q", path},
                             absl::InfiniteFuture()));
    ASSERT_EQ(made.exit_code, 0) << made.output;
    const int number = AttachLoop(path);
    EXPECT_EQ(Value(file_systems().Probe(DevicePath(number))).size_bytes,
              320 * kMiB);
    UniqueFd mount = Value(mounts().MountDevice({.device = DevicePath(number),
                                                 .fs_type = typed.type,
                                                 .options = typed.options}));
    ASSERT_THAT(data_files().Truncate(Open(path).get(), 640 * kMiB), IsOk());
    ASSERT_THAT(loops().UpdateSize(number), IsOk());
    for (int i = 0; i < 2; ++i) {
      EXPECT_THAT(file_systems().Grow(mount.get(), typed.type, 640 * kMiB),
                  IsOk());
    }
    mount.Reset();
    EXPECT_EQ(Value(file_systems().Probe(path)).size_bytes, 640 * kMiB);
  }
}

// Copies of one whose growth is in its log only could not be mounted: see
// os/linux_xfs.h.
TEST_P(FileSystemsContract, TheGrowthOfAMountedXfsIsWrittenAtOnce) {
  MakeFile(InPool("x"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), 320 * kMiB),
              IsOk());
  ASSERT_EQ(Value(commands().Run({"mkfs.xfs", "-q", InPool("x")},
                                 absl::InfiniteFuture()))
                .exit_code,
            0);
  const int number = AttachLoop(InPool("x"));
  const UniqueFd mount = Value(
      mounts().MountDevice({.device = DevicePath(number), .fs_type = "xfs"}));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), 960 * kMiB),
              IsOk());
  ASSERT_THAT(loops().UpdateSize(number), IsOk());
  for (const int64_t bytes : {640 * kMiB, 960 * kMiB}) {
    EXPECT_THAT(file_systems().Grow(mount.get(), "xfs", bytes), IsOk());
    EXPECT_EQ(Value(file_systems().Probe(InPool("x"))).size_bytes, bytes);
  }
}

TEST_P(FileSystemsContract, SyncOfABadDescriptorIsRefused) {
  EXPECT_THAT(file_systems().Sync(123456789), HasErrno(EBADF));
}

}  // namespace
}  // namespace holdfast::os
