// Who uses a loop device, and what detaching it means then.

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "tests/contract/os/contract.h"

namespace holdfast::os {
namespace {

std::string DevicePath(int number) { return absl::StrCat("/dev/loop", number); }

TEST_P(LoopContract, DetachLetsGoOfTheFile) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  EXPECT_THAT(loops().Detach(number), IsOk());
  EXPECT_TRUE(IsGoneSoon(number));
  EXPECT_THAT(loops().Detach(number), HasErrno(ENXIO));
}

TEST_P(LoopContract, DetachIfTakesOnlyWhatIsExpected) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"), {.name = "mine"});
  const LoopStatus status = Value(loops().GetStatus(number));
  LoopStatus other = status;
  other.name = "other";
  EXPECT_THAT(loops().DetachIf(number, other), HasErrno(ESTALE));
  other = status;
  ++other.backing_inode;
  EXPECT_THAT(loops().DetachIf(number, other), HasErrno(ESTALE));
  other = status;
  ++other.backing_file_system.minor;
  EXPECT_THAT(loops().DetachIf(number, other), HasErrno(ESTALE));
  other = status;
  other.mode = LoopMode::kReadOnly;
  EXPECT_THAT(loops().DetachIf(number, other), HasErrno(ESTALE));
  EXPECT_FALSE(Value(loops().GetStatus(number)).autoclear);
  EXPECT_THAT(loops().DetachIf(number, status), IsOk());
  EXPECT_TRUE(IsGoneSoon(number));
  EXPECT_THAT(loops().DetachIf(number, status), HasErrno(ENXIO));
}

TEST_P(LoopContract, DetachOfAnOpenDeviceWaitsForTheLastClose) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  UniqueFd device = Open(DevicePath(number), OpenMode::kReadOnly);
  EXPECT_THAT(loops().Detach(number), IsOk());
  const auto status = loops().GetStatus(number);
  ASSERT_THAT(status.status(), IsOk());
  EXPECT_TRUE(status->autoclear);
  device.Reset();
  EXPECT_TRUE(IsGoneSoon(number));
}

TEST_P(LoopContract, DetachOfAMountedDeviceWaitsForTheLastMount) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  MountAt(number, InPool("m"));
  EXPECT_THAT(loops().Detach(number), IsOk());
  EXPECT_TRUE(Value(loops().GetStatus(number)).autoclear);
  MakeFile(InPool("m/still"), "works");
  EXPECT_THAT(mounts().Unmount(InPool("m")), IsOk());
  EXPECT_TRUE(IsGoneSoon(number));
}

TEST_P(LoopContract, MountedDeviceIsClaimed) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  EXPECT_FALSE(Value(loops().IsClaimed(number)));
  UniqueFd mount = MountLoop(number);
  EXPECT_TRUE(Value(loops().IsClaimed(number)));
  mount.Reset();
  EXPECT_FALSE(Value(loops().IsClaimed(number)));
}

TEST_P(LoopContract, OpenDeviceIsNotClaimed) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  const UniqueFd device = Open(DevicePath(number));
  EXPECT_FALSE(Value(loops().IsClaimed(number)));
}

TEST_P(LoopContract, BoundNodeDoesNotUseTheDevice) {
  MakeVolume(InPool("x"));
  MakeFile(InPool("target"));
  const int number = AttachLoop(InPool("x"));
  const UniqueFd node = CloneMount(DevicePath(number));
  ASSERT_THAT(mounts().Attach(node.get(), InPool("target")), IsOk());
  EXPECT_FALSE(Value(loops().IsClaimed(number)));
  EXPECT_THAT(loops().Detach(number), IsOk());
  EXPECT_TRUE(IsGoneSoon(number));
}

TEST_P(LoopContract, RemovedFileStaysAttached) {
  MakeVolume(InPool("x"));
  const uint64_t inode = Value(files().Stat(InPool("x"))).inode;
  const int number = AttachLoop(InPool("x"));
  ASSERT_THAT(files().Unlink(InPool("x")), IsOk());
  EXPECT_EQ(Value(loops().GetStatus(number)).backing_inode, inode);
  MountAt(number, InPool("m"));
  EXPECT_TRUE(Value(files().Stat(InPool("m"))).is_mount_root);
}

TEST_P(LoopContract, LockOfADeviceIsOneOpenersAtATime) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  const UniqueFd first = Open(DevicePath(number), OpenMode::kReadOnly);
  const UniqueFd second = Open(DevicePath(number), OpenMode::kReadOnly);
  EXPECT_THAT(data_files().Lock(first.get()), IsOk());
  EXPECT_THAT(data_files().Lock(second.get()), HasErrno(EWOULDBLOCK));
}

}  // namespace
}  // namespace holdfast::os
