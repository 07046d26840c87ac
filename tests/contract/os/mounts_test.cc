#include <cerrno>

#include "absl/strings/str_cat.h"
#include "tests/contract/os/contract.h"

namespace holdfast::os {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

std::string DevicePath(int number) { return absl::StrCat("/dev/loop", number); }

TEST_P(MountsContract, AttachedMountIsSeenAtItsPath) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  const DeviceNumber device = {kLoopMajor, static_cast<uint32_t>(number)};
  MountAt(number, InPool("m"));
  const auto info = files().Stat(InPool("m"));
  ASSERT_THAT(info.status(), IsOk());
  EXPECT_EQ(info->kind, FileKind::kDirectory);
  EXPECT_TRUE(info->is_mount_root);
  EXPECT_EQ(info->file_system, device);
  const MountPoint listed = Listed("m");
  EXPECT_EQ(listed.root, "/");
  EXPECT_EQ(listed.fs_type, "ext4");
  EXPECT_EQ(listed.file_system, device);
  EXPECT_FALSE(listed.read_only);
  EXPECT_FALSE(listed.file_system_read_only);
}

TEST_P(MountsContract, DetachedMountHasNoPathAndGoesWithItsDescriptor) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  const DeviceNumber device = {kLoopMajor, static_cast<uint32_t>(number)};
  UniqueFd mount = MountLoop(number);
  // Others may mount on this machine meanwhile: only this device matters.
  for (const MountPoint& listed : Value(mounts().List())) {
    EXPECT_FALSE(listed.file_system == device) << listed.path;
  }
  mount.Reset();
  EXPECT_FALSE(Value(loops().IsClaimed(number)));
}

TEST_P(MountsContract, AttachedMountOutlivesItsDescriptor) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  MountAt(number, InPool("m"));
  EXPECT_TRUE(Value(loops().IsClaimed(number)));
}

TEST_P(MountsContract, SecondMountOfADeviceSharesItsFiles) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  MountAt(number, InPool("a"));
  MakeFile(InPool("a/file"), "text");
  MountAt(number, InPool("b"));
  EXPECT_EQ(Read(InPool("b/file")), "text");
  ASSERT_THAT(mounts().Unmount(InPool("a")), IsOk());
  EXPECT_EQ(Read(InPool("b/file")), "text");
  EXPECT_TRUE(Value(loops().IsClaimed(number)));
}

TEST_P(MountsContract, FilesAreThereAtTheNextMount) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  MountAt(number, InPool("m"));
  MakeFile(InPool("m/file"), "text");
  ASSERT_THAT(mounts().Unmount(InPool("m")), IsOk());
  EXPECT_EQ(Read(InPool("m/file")), "");
  MountAt(number, InPool("n"));
  EXPECT_EQ(Read(InPool("n/file")), "text");
}

TEST_P(MountsContract, MountedDeviceCannotChangeBetweenReadOnlyAndNot) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  const UniqueFd mount = MountLoop(number);
  EXPECT_THAT(
      mounts().MountDevice(
          {.device = DevicePath(number), .fs_type = "ext4", .read_only = true}),
      HasErrno(EBUSY));
}

TEST_P(MountsContract, MountOfWhatIsNoFileSystemIsInvalid) {
  MakeFile(InPool("blank"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("blank")).get(), kVolumeBytes),
              IsOk());
  const int blank = AttachLoop(InPool("blank"));
  EXPECT_THAT(
      mounts().MountDevice({.device = DevicePath(blank), .fs_type = "ext4"}),
      HasErrno(EINVAL));
}

TEST_P(MountsContract, MountSaysWhatIsWrong) {
  MakeVolume(InPool("x"));
  const std::string device = DevicePath(AttachLoop(InPool("x")));
  EXPECT_THAT(mounts().MountDevice(
                  {.device = "/dev/no-such-device", .fs_type = "ext4"}),
              HasErrno(ENOENT));
  EXPECT_THAT(mounts().MountDevice({.device = InPool("x"), .fs_type = "ext4"}),
              HasErrno(ENOTBLK));
  EXPECT_THAT(mounts().MountDevice({.device = device, .fs_type = "no-such"}),
              HasErrno(ENODEV));
  EXPECT_THAT(mounts().MountDevice(
                  {.device = DevicePath(world_->NewLoop()), .fs_type = "ext4"}),
              HasErrno(EIO));
}

TEST_P(MountsContract, UnknownOptionIsRefusedInTheKernelsWords) {
  MakeVolume(InPool("x"));
  const auto mount =
      mounts().MountDevice({.device = DevicePath(AttachLoop(InPool("x"))),
                            .fs_type = "ext4",
                            .options = {{"no_such_option", ""}}});
  EXPECT_THAT(mount, HasErrno(EINVAL));
  EXPECT_THAT(std::string(mount.status().message()),
              HasSubstr("Unknown parameter 'no_such_option'"));
}

TEST_P(MountsContract, KnownOptionsAreTaken) {
  MakeVolume(InPool("x"));
  const auto mount = mounts().MountDevice(
      {.device = DevicePath(AttachLoop(InPool("x"))),
       .fs_type = "ext4",
       .options = {{"discard", ""}, {"errors", "remount-ro"}}});
  EXPECT_THAT(mount.status(), IsOk());
}

TEST_P(MountsContract, FileSystemLargerThanItsDeviceIsInvalid) {
  MakeVolume(InPool("x"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), kVolumeBytes / 2),
              IsOk());
  const int number = AttachLoop(InPool("x"));
  EXPECT_THAT(
      mounts().MountDevice({.device = DevicePath(number), .fs_type = "ext4"}),
      HasErrno(EINVAL));
}

// mkfs.ext4 gives blocks of 1 KiB to what is smaller than 512 MiB.
TEST_P(MountsContract, BlocksSmallerThanTheDevicesAreInvalid) {
  MakeFile(InPool("x"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), kVolumeBytes),
              IsOk());
  ASSERT_EQ(Value(commands().Run({"mkfs.ext4", "-q", "-F", InPool("x")},
                                 absl::InfiniteFuture()))
                .exit_code,
            0);
  const auto mount = [&](uint32_t block_bytes) {
    const int number = AttachLoop(
        InPool("x"), {.mode = LoopMode::kReadOnly, .block_bytes = block_bytes});
    return mounts()
        .MountDevice({.device = DevicePath(number),
                      .fs_type = "ext4",
                      .read_only = true})
        .status();
  };
  EXPECT_THAT(mount(4096), HasErrno(EINVAL));
  EXPECT_THAT(mount(1024), IsOk());
}

TEST_P(MountsContract, ReadOnlyDeviceMountsReadOnlyOnly) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"), {.mode = LoopMode::kReadOnly});
  MountRequest request = {.device = DevicePath(number), .fs_type = "ext4"};
  EXPECT_THAT(mounts().MountDevice(request), HasErrno(EACCES));
  request.read_only = true;
  const auto mount = mounts().MountDevice(request);
  ASSERT_THAT(mount.status(), IsOk());
  MakeDirectory(InPool("m"));
  ASSERT_THAT(mounts().Attach(mount->get(), InPool("m")), IsOk());
  EXPECT_THAT(files().Create(InPool("m/file")), HasErrno(EROFS));
  EXPECT_TRUE(Value(files().StatFileSystem(InPool("m"))).read_only);
  EXPECT_TRUE(Listed("m").file_system_read_only);
}

TEST_P(MountsContract, BindShowsTheSameFiles) {
  MakeDirectory(InPool("a"));
  MakeDirectory(InPool("b"));
  MakeFile(InPool("a/file"), "text");
  const UniqueFd bind = CloneMount(InPool("a"));
  ASSERT_THAT(mounts().Attach(bind.get(), InPool("b")), IsOk());
  EXPECT_EQ(Read(InPool("b/file")), "text");
  EXPECT_TRUE(Value(files().Stat(InPool("b"))).is_mount_root);
  EXPECT_EQ(Value(files().Stat(InPool("b"))).inode,
            Value(files().Stat(InPool("a"))).inode);
  EXPECT_THAT(Listed("b").root, EndsWith("/a"));
}

TEST_P(MountsContract, ReadOnlyBindLeavesItsSourceWritable) {
  MakeDirectory(InPool("a"));
  MakeDirectory(InPool("b"));
  MakeFile(InPool("a/file"));
  const UniqueFd bind = CloneMount(InPool("a"));
  ASSERT_THAT(mounts().SetAttributes(bind.get(), {.read_only = true}), IsOk());
  ASSERT_THAT(mounts().Attach(bind.get(), InPool("b")), IsOk());
  EXPECT_THAT(files().Create(InPool("b/new")), HasErrno(EROFS));
  EXPECT_THAT(files().Create(InPool("b/file")), HasErrno(EEXIST));
  EXPECT_THAT(files().Open(InPool("b/file"), OpenMode::kReadWrite),
              HasErrno(EROFS));
  EXPECT_THAT(files().Unlink(InPool("b/file")), HasErrno(EROFS));
  EXPECT_THAT(files().MakeDirectory(InPool("b/dir")), HasErrno(EROFS));
  EXPECT_THAT(files().CreateUnnamed(InPool("b")), HasErrno(EROFS));
  EXPECT_THAT(files().Rename(InPool("b/file"), InPool("b/g")), HasErrno(EROFS));
  MakeFile(InPool("a/new"), "text");
  EXPECT_EQ(Read(InPool("b/new")), "text");
  EXPECT_TRUE(Listed("b").read_only);
  EXPECT_FALSE(Listed("b").file_system_read_only);
  EXPECT_TRUE(Value(files().StatFileSystem(InPool("b"))).read_only);
  EXPECT_FALSE(Value(files().StatFileSystem(InPool("a"))).read_only);
}

TEST_P(MountsContract, AttributesAreOnlyAdded) {
  MakeDirectory(InPool("a"));
  MakeDirectory(InPool("b"));
  const UniqueFd bind = CloneMount(InPool("a"));
  ASSERT_THAT(mounts().SetAttributes(bind.get(), {.read_only = true}), IsOk());
  ASSERT_THAT(mounts().SetAttributes(bind.get(), {.nosuid = true}), IsOk());
  ASSERT_THAT(mounts().Attach(bind.get(), InPool("b")), IsOk());
  EXPECT_TRUE(Listed("b").read_only);
}

TEST_P(MountsContract, BindLeavesSubmountsOut) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  MakeDirectory(InPool("a"));
  MakeDirectory(InPool("b"));
  MountAt(number, InPool("a/sub"));
  const UniqueFd bind = CloneMount(InPool("a"));
  ASSERT_THAT(mounts().Attach(bind.get(), InPool("b")), IsOk());
  EXPECT_TRUE(Value(files().Stat(InPool("a/sub"))).is_mount_root);
  EXPECT_FALSE(Value(files().Stat(InPool("b/sub"))).is_mount_root);
}

TEST_P(MountsContract, DeviceNodeBoundOverAFileIsTheDevice) {
  MakeVolume(InPool("x"));
  MakeFile(InPool("target"));
  const int number = AttachLoop(InPool("x"));
  const UniqueFd node = CloneMount(DevicePath(number));
  ASSERT_THAT(mounts().Attach(node.get(), InPool("target")), IsOk());
  const auto info = files().Stat(InPool("target"));
  EXPECT_EQ(info->kind, FileKind::kBlockDevice);
  EXPECT_EQ(info->device.major, kLoopMajor);
  EXPECT_EQ(info->device.minor, static_cast<uint32_t>(number));
  EXPECT_TRUE(info->is_mount_root);
  EXPECT_EQ(Listed("target").root, absl::StrCat("/loop", number));
  EXPECT_THAT(files().Open(InPool("target"), OpenMode::kReadWrite).status(),
              IsOk());
}

// Bound over a file of another name, and below one with a space in it.
TEST_P(MountsContract, WhatMayShowADeviceIsListed) {
  MakeVolume(InPool("x"));
  MakeFile(InPool("no device"));
  MakeFile(InPool("target"));
  const int number = AttachLoop(InPool("x"));
  const DeviceNumber device = {kLoopMajor, static_cast<uint32_t>(number)};
  const std::string name = absl::StrCat("loop", number);
  const auto paths = [&] {
    std::vector<std::string> listed;
    for (const auto& mount : Value(mounts().ListOf(device, name))) {
      EXPECT_TRUE(MayShow(mount, device, name)) << mount.path;
      listed.push_back(mount.path);
    }
    return listed;
  };
  EXPECT_THAT(paths(), IsEmpty());
  MountAt(number, InPool("a b"));
  EXPECT_THAT(paths(), ElementsAre(InPool("a b")));
  MakeFile(InPool(name), "of the node's name");
  for (const auto& [from, to] :
       {std::pair{DevicePath(number), InPool("target")},
        std::pair{InPool(name), InPool("no device")}}) {
    ASSERT_THAT(mounts().Attach(CloneMount(from).get(), to), IsOk());
  }
  EXPECT_THAT(paths(), UnorderedElementsAre(InPool("a b"), InPool("target"),
                                            InPool("no device")));
  ASSERT_THAT(files().Unlink(InPool(name)), IsOk());
  EXPECT_THAT(paths(), SizeIs(3));
  ASSERT_THAT(mounts().Unmount(InPool("a b")), IsOk());
  EXPECT_THAT(paths(),
              UnorderedElementsAre(InPool("target"), InPool("no device")));
}

TEST_P(MountsContract, DeviceNodeOnANodevBindCannotBeOpened) {
  MakeFile(InPool("target"));
  const UniqueFd node = CloneMount(DevicePath(world_->NewLoop()));
  ASSERT_THAT(mounts().SetAttributes(node.get(), {.nodev = true}), IsOk());
  ASSERT_THAT(mounts().Attach(node.get(), InPool("target")), IsOk());
  EXPECT_THAT(files().Open(InPool("target"), OpenMode::kReadOnly),
              HasErrno(EACCES));
}

TEST_P(MountsContract, AttachWantsATargetOfItsKind) {
  MakeDirectory(InPool("d"));
  MakeFile(InPool("f"));
  const UniqueFd directory = CloneMount(InPool("d"));
  const UniqueFd file = CloneMount(InPool("f"));
  EXPECT_THAT(mounts().Attach(directory.get(), InPool("f")), HasErrno(EINVAL));
  EXPECT_THAT(mounts().Attach(file.get(), InPool("d")), HasErrno(EINVAL));
  EXPECT_THAT(mounts().Attach(file.get(), InPool("no")), HasErrno(ENOENT));
  EXPECT_THAT(mounts().Attach(123456789, InPool("d")), HasErrno(EBADF));
  EXPECT_THAT(mounts().CloneMount(InPool("no")), HasErrno(ENOENT));
}

}  // namespace
}  // namespace holdfast::os
