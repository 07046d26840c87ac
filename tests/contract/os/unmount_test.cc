// How mounts end, and what holds them.

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "tests/contract/os/contract.h"

namespace holdfast::os {
namespace {

TEST_P(MountsContract, UnmountUncoversTheDirectory) {
  MakeVolume(InPool("x"));
  MountAt(AttachLoop(InPool("x")), InPool("m"));
  EXPECT_THAT(mounts().Unmount(InPool("m")), IsOk());
  EXPECT_FALSE(Value(files().Stat(InPool("m"))).is_mount_root);
  EXPECT_THAT(mounts().Unmount(InPool("m")), HasErrno(EINVAL));
}

TEST_P(MountsContract, UnmountSaysWhatIsWrong) {
  MakeFile(InPool("f"));
  world_->MakeSymlink(InPool("link"));
  EXPECT_THAT(mounts().Unmount(InPool("f")), HasErrno(EINVAL));
  EXPECT_THAT(mounts().Unmount(InPool("link")), HasErrno(EINVAL));
  EXPECT_THAT(mounts().Unmount(InPool("no")), HasErrno(ENOENT));
  EXPECT_THAT(mounts().Unmount(InPool("f/no")), HasErrno(ENOTDIR));
}

TEST_P(MountsContract, OpenFileHoldsTheMount) {
  MakeVolume(InPool("x"));
  MountAt(AttachLoop(InPool("x")), InPool("m"));
  MakeFile(InPool("m/file"));
  UniqueFd file = Open(InPool("m/file"), OpenMode::kReadOnly);
  EXPECT_THAT(mounts().Unmount(InPool("m")), HasErrno(EBUSY));
  file.Reset();
  EXPECT_THAT(mounts().Unmount(InPool("m")), IsOk());
}

TEST_P(MountsContract, DescriptorOfTheMountHoldsIt) {
  MakeVolume(InPool("x"));
  MakeDirectory(InPool("m"));
  UniqueFd mount = MountLoop(AttachLoop(InPool("x")));
  ASSERT_THAT(mounts().Attach(mount.get(), InPool("m")), IsOk());
  EXPECT_THAT(mounts().Unmount(InPool("m")), HasErrno(EBUSY));
  mount.Reset();
  EXPECT_THAT(mounts().Unmount(InPool("m")), IsOk());
}

TEST_P(MountsContract, SubmountHoldsTheMount) {
  MakeVolume(InPool("x"));
  MakeVolume(InPool("y"));
  MountAt(AttachLoop(InPool("x")), InPool("m"));
  MountAt(AttachLoop(InPool("y")), InPool("m/sub"));
  EXPECT_THAT(mounts().Unmount(InPool("m")), HasErrno(EBUSY));
  EXPECT_THAT(mounts().Unmount(InPool("m/sub")), IsOk());
  EXPECT_THAT(mounts().Unmount(InPool("m")), IsOk());
}

TEST_P(MountsContract, BindDoesNotHoldItsSource) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  MountAt(number, InPool("a"));
  MakeFile(InPool("a/file"), "text");
  MakeDirectory(InPool("b"));
  {
    const UniqueFd bind = CloneMount(InPool("a"));
    ASSERT_THAT(mounts().Attach(bind.get(), InPool("b")), IsOk());
  }
  EXPECT_THAT(mounts().Unmount(InPool("a")), IsOk());
  EXPECT_EQ(Read(InPool("b/file")), "text");
  EXPECT_TRUE(Value(loops().IsClaimed(number)));
}

TEST_P(MountsContract, StackedMountsComeOffOneByOne) {
  MakeVolume(InPool("x"));
  MakeVolume(InPool("y"));
  const int x = AttachLoop(InPool("x"));
  const int y = AttachLoop(InPool("y"));
  MountAt(x, InPool("m"));
  MakeFile(InPool("m/of-x"), "x");
  {
    const UniqueFd mount = MountLoop(y);
    ASSERT_THAT(mounts().Attach(mount.get(), InPool("m")), IsOk());
  }
  EXPECT_EQ(Read(InPool("m/of-x")), "");
  EXPECT_EQ(Value(files().Stat(InPool("m"))).file_system.minor,
            static_cast<uint32_t>(y));
  EXPECT_THAT(mounts().Unmount(InPool("m")), IsOk());
  EXPECT_EQ(Read(InPool("m/of-x")), "x");
  EXPECT_THAT(mounts().Unmount(InPool("m")), IsOk());
  EXPECT_THAT(mounts().Unmount(InPool("m")), HasErrno(EINVAL));
}

TEST_P(MountsContract, PlaceOfAMountCannotBeRemovedOrRenamed) {
  MakeVolume(InPool("x"));
  MountAt(AttachLoop(InPool("x")), InPool("m"));
  EXPECT_THAT(files().RemoveDirectory(InPool("m")), HasErrno(EBUSY));
  EXPECT_THAT(files().Rename(InPool("m"), InPool("n")), HasErrno(EBUSY));
  MakeFile(InPool("f"));
  MakeFile(InPool("g"));
  {
    const UniqueFd bind = CloneMount(InPool("f"));
    ASSERT_THAT(mounts().Attach(bind.get(), InPool("g")), IsOk());
  }
  EXPECT_THAT(files().Unlink(InPool("g")), HasErrno(EBUSY));
  EXPECT_THAT(mounts().Unmount(InPool("g")), IsOk());
  EXPECT_THAT(files().Unlink(InPool("g")), IsOk());
}

TEST_P(MountsContract, LinksAndRenamesStayWithinOneMount) {
  MakeDirectory(InPool("a"));
  MakeDirectory(InPool("b"));
  MakeFile(InPool("a/file"));
  const UniqueFd bind = CloneMount(InPool("a"));
  ASSERT_THAT(mounts().Attach(bind.get(), InPool("b")), IsOk());
  EXPECT_THAT(files().Rename(InPool("a/file"), InPool("b/g")), HasErrno(EXDEV));
  const UniqueFd fd = Open(InPool("a/file"));
  EXPECT_THAT(files().Link(fd.get(), InPool("b/g")), HasErrno(EXDEV));
}

}  // namespace
}  // namespace holdfast::os
