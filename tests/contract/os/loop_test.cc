#include <cerrno>

#include "absl/strings/str_cat.h"
#include "tests/contract/os/contract.h"

namespace holdfast::os {
namespace {

using ::testing::Contains;
using ::testing::Not;

// Beyond every number that anybody uses, and never added.
constexpr int kNoSuchLoop = (1 << 20) - 1;

std::string DevicePath(int number) { return absl::StrCat("/dev/loop", number); }

TEST_P(LoopContract, FindFreeAnswersADeviceThatExists) {
  const auto number = loops().FindFree();
  ASSERT_THAT(number.status(), IsOk());
  EXPECT_EQ(Value(files().Stat(DevicePath(*number))).kind,
            FileKind::kBlockDevice);
}

TEST_P(LoopContract, AddMakesADeviceAndMayBeRepeated) {
  const int number = world_->NewLoop();
  EXPECT_THAT(loops().Add(number), IsOk());
  const auto node = files().Stat(DevicePath(number));
  ASSERT_THAT(node.status(), IsOk());
  EXPECT_EQ(node->kind, FileKind::kBlockDevice);
  EXPECT_EQ(node->device.major, kLoopMajor);
  EXPECT_EQ(node->device.minor, static_cast<uint32_t>(number));
}

TEST_P(LoopContract, StatusSaysWhatIsAttached) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"), {.name = "some-volume"});
  const auto status = loops().GetStatus(number);
  ASSERT_THAT(status.status(), IsOk());
  const auto file = files().Stat(InPool("x"));
  EXPECT_EQ(status->name, "some-volume");
  EXPECT_EQ(status->backing_inode, file->inode);
  EXPECT_EQ(status->backing_file_system, file->file_system);
  EXPECT_EQ(status->backing_device, DeviceNumber{});
  EXPECT_EQ(status->mode, LoopMode::kReadWrite);
  EXPECT_TRUE(status->direct_io);
  EXPECT_FALSE(status->autoclear);
  EXPECT_EQ(Value(loops().Size(number)), kVolumeBytes);
  EXPECT_THAT(Value(loops().List()), Contains(number));
}

TEST_P(LoopContract, DeviceOnAnotherSaysOnWhich) {
  MakeVolume(InPool("x"));
  const int below = AttachLoop(InPool("x"), {.name = "below"});
  const int above = AttachLoop(DevicePath(below), {.name = "above"});
  const auto status = loops().GetStatus(above);
  ASSERT_THAT(status.status(), IsOk());
  EXPECT_EQ(status->backing_device,
            Value(files().Stat(DevicePath(below))).device);
  EXPECT_THAT(loops().Detach(above), IsOk());
}

TEST_P(LoopContract, DeviceWithoutFileSaysSo) {
  const int number = world_->NewLoop();
  EXPECT_THAT(loops().GetStatus(number), HasErrno(ENXIO));
  EXPECT_THAT(loops().Detach(number), HasErrno(ENXIO));
  EXPECT_THAT(loops().UpdateSize(number), HasErrno(ENXIO));
  EXPECT_EQ(Value(loops().Size(number)), 0);
  EXPECT_FALSE(Value(loops().IsClaimed(number)));
  EXPECT_THAT(Value(loops().List()), Not(Contains(number)));
}

TEST_P(LoopContract, NumberThatDoesNotExistSaysSo) {
  MakeVolume(InPool("x"));
  const UniqueFd fd = Open(InPool("x"));
  EXPECT_THAT(loops().Configure(kNoSuchLoop, fd.get(), {}), HasErrno(ENOENT));
  EXPECT_THAT(loops().GetStatus(kNoSuchLoop), HasErrno(ENOENT));
  EXPECT_THAT(loops().Detach(kNoSuchLoop), HasErrno(ENOENT));
  EXPECT_THAT(loops().IsClaimed(kNoSuchLoop), HasErrno(ENOENT));
  EXPECT_THAT(loops().Size(kNoSuchLoop), HasErrno(ENOENT));
}

TEST_P(LoopContract, TakenDeviceIsBusy) {
  MakeVolume(InPool("x"));
  MakeFile(InPool("y"), std::string(4096, 'y'));
  const int number = AttachLoop(InPool("x"), {.name = "x"});
  const UniqueFd other = Open(InPool("y"));
  EXPECT_THAT(loops().Configure(number, other.get(), {}), HasErrno(EBUSY));
  EXPECT_EQ(Value(loops().GetStatus(number)).name, "x");
}

TEST_P(LoopContract, ConfigureSaysWhatIsWrong) {
  MakeVolume(InPool("x"));
  const int number = world_->NewLoop();
  const UniqueFd fd = Open(InPool("x"));
  const UniqueFd directory = Open(world_->pool(), OpenMode::kDirectory);
  const auto configure = [&](int backing, const LoopConfig& config) {
    return loops().Configure(number, backing, config);
  };
  EXPECT_THAT(configure(fd.get(), {.block_bytes = 1000}), HasErrno(EINVAL));
  EXPECT_THAT(configure(fd.get(), {.block_bytes = 256}), HasErrno(EINVAL));
  EXPECT_THAT(configure(fd.get(), {.name = std::string(64, 'n')}),
              HasErrno(ENAMETOOLONG));
  EXPECT_THAT(configure(directory.get(), {}), HasErrno(EINVAL));
  EXPECT_THAT(configure(123456789, {}), HasErrno(EBADF));
  EXPECT_THAT(configure(fd.get(), {.name = std::string(63, 'n')}), IsOk());
  EXPECT_EQ(Value(loops().GetStatus(number)).name, std::string(63, 'n'));
}

TEST_P(LoopContract, DataGoesThroughToTheFile) {
  MakeFile(InPool("x"), std::string(8192, 'x'));
  ASSERT_THAT(data_files().Sync(Open(InPool("x")).get()), IsOk());
  const int number = AttachLoop(InPool("x"));
  {
    const UniqueFd device = Open(DevicePath(number));
    ASSERT_THAT(files().WriteAll(device.get(), std::string(4096, 'd')), IsOk());
    ASSERT_THAT(data_files().Sync(device.get()), IsOk());
  }
  EXPECT_EQ(Read(InPool("x")), std::string(4096, 'd') + std::string(4096, 'x'));
  EXPECT_EQ(Read(DevicePath(number)), Read(InPool("x")));
}

TEST_P(LoopContract, ReadOnlyDeviceTakesNoWrites) {
  MakeFile(InPool("x"), std::string(4096, 'x'));
  const int number = AttachLoop(InPool("x"), {.mode = LoopMode::kReadOnly});
  EXPECT_EQ(Value(loops().GetStatus(number)).mode, LoopMode::kReadOnly);
  const auto device = files().Open(DevicePath(number), OpenMode::kReadWrite);
  ASSERT_THAT(device.status(), IsOk());
  EXPECT_THAT(files().WriteAll(device->get(), "y"), HasErrno(EPERM));
}

TEST_P(LoopContract, FileOpenForReadingMakesTheDeviceReadOnly) {
  MakeFile(InPool("x"), std::string(4096, 'x'));
  const int number = world_->NewLoop();
  const UniqueFd fd = Open(InPool("x"), OpenMode::kReadOnly);
  ASSERT_THAT(loops().Configure(number, fd.get(), {}), IsOk());
  EXPECT_EQ(Value(loops().GetStatus(number)).mode, LoopMode::kReadOnly);
}

// Why the write lease is asked first: nothing else stops it.
TEST_P(LoopContract, KernelAllowsTwoWritersOnOneFile) {
  world_->ForgetViolations();
  MakeVolume(InPool("x"));
  AttachLoop(InPool("x"));
  const int second = AttachLoop(InPool("x"));
  EXPECT_EQ(Value(loops().GetStatus(second)).mode, LoopMode::kReadWrite);
}

TEST_P(LoopContract, SizeFollowsTheFileWhenToldTo) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  ASSERT_THAT(data_files().Truncate(Open(InPool("x")).get(), 2 * kVolumeBytes),
              IsOk());
  EXPECT_EQ(Value(loops().Size(number)), kVolumeBytes);
  EXPECT_THAT(loops().UpdateSize(number), IsOk());
  EXPECT_EQ(Value(loops().Size(number)), 2 * kVolumeBytes);
}

TEST_P(LoopContract, DiscardsAreSetAsOftenAsOneLikes) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  for (const Discards discards : {Discards::kPassOn, Discards::kPassOn,
                                  Discards::kIgnore, Discards::kIgnore}) {
    EXPECT_THAT(loops().SetDiscards(number, discards), IsOk());
  }
  EXPECT_THAT(loops().SetDiscards(kNoSuchLoop, Discards::kIgnore),
              HasErrno(ENOENT));
}

// Whether a limit of zero can be raised again is the kernel's affair.
TEST_P(LoopContract, RemovedAndAddedDevicePassesDiscardsOnAgain) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  ASSERT_THAT(loops().SetDiscards(number, Discards::kIgnore), IsOk());
  ASSERT_THAT(loops().Detach(number), IsOk());
  ASSERT_TRUE(IsGoneSoon(number));
  ASSERT_TRUE(IsRemovedSoon(number));
  ASSERT_THAT(loops().Add(number), IsOk());
  const UniqueFd file = Open(InPool("x"));
  ASSERT_THAT(loops().Configure(number, file.get(), {.name = "x"}), IsOk());
  EXPECT_THAT(loops().SetDiscards(number, Discards::kPassOn), IsOk());
}

TEST_P(LoopContract, FlushesArePassedOnWhenAskedAndByConfigure) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  world_->DropFlushes(number);
  EXPECT_FALSE(world_->PassesFlushesOn(number));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(loops().PassFlushesOn(number), IsOk());
    EXPECT_TRUE(world_->PassesFlushesOn(number));
  }
  world_->DropFlushes(number);
  ASSERT_THAT(loops().Detach(number), IsOk());
  ASSERT_TRUE(IsGoneSoon(number));
  const UniqueFd file = Open(InPool("x"));
  ASSERT_THAT(loops().Configure(number, file.get(), {.name = "x"}), IsOk());
  EXPECT_TRUE(world_->PassesFlushesOn(number));
  EXPECT_THAT(loops().PassFlushesOn(kNoSuchLoop), HasErrno(ENOENT));
}

TEST_P(LoopContract, AttachedOrOpenDeviceIsNotRemoved) {
  MakeVolume(InPool("x"));
  const int number = AttachLoop(InPool("x"));
  EXPECT_THAT(loops().Remove(number), HasErrno(EBUSY));
  EXPECT_EQ(Value(loops().GetStatus(number)).mode, LoopMode::kReadWrite);
  const int unused = world_->NewLoop();
  const UniqueFd open = Open(DevicePath(unused), OpenMode::kReadOnly);
  EXPECT_THAT(loops().Remove(unused), HasErrno(EBUSY));
}

TEST_P(LoopContract, RemovedDeviceIsNoMore) {
  const int number = world_->NewLoop();
  ASSERT_TRUE(IsRemovedSoon(number));
  EXPECT_THAT(loops().Remove(number), HasErrno(ENODEV));
  EXPECT_THAT(loops().Add(number), IsOk());
}

}  // namespace
}  // namespace holdfast::os
