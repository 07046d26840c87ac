// Attach and FindAttachment: the device that a volume is, and which it gets.

#include <cerrno>

#include "tests/backend/pool/attach_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(AttachTest, DeviceIsTheFileWithDirectIoUnderTheVolumesId) {
  const auto attachment = Attach(volume_.id);
  EXPECT_EQ(attachment.size_bytes, volume_.size_bytes);
  ASSERT_THAT(kernel.AttachedLoops(), SizeIs(1));
  const int number = kernel.AttachedLoops().front();
  EXPECT_EQ(attachment.device_path, os::LoopPath(number));
  const auto status = kernel.loops().GetStatus(number);
  EXPECT_EQ(status->name, volume_.id);
  EXPECT_TRUE(status->direct_io);
  EXPECT_EQ(status->mode, os::LoopMode::kReadWrite);
  EXPECT_EQ(status->backing_inode,
            kernel.files().Stat(layout.Volume(volume_.id))->inode);
}

TEST_F(AttachTest, SecondAttachFindsTheDevice) {
  const auto first = Attach(volume_.id);
  EXPECT_EQ(Attach(volume_.id).device_path, first.device_path);
  EXPECT_THAT(kernel.AttachedLoops(), SizeIs(1));
}

TEST_F(AttachTest, DeviceOfAKilledProcessIsAdopted) {
  const auto first = Attach(volume_.id);
  KillAndReopen();
  EXPECT_EQ(Device(kRw), first.device_path);
  EXPECT_EQ(Attach(volume_.id).device_path, first.device_path);
  EXPECT_THAT(kernel.AttachedLoops(), SizeIs(1));
}

// Its attacher was killed before it had told the kernel.
TEST_F(AttachTest, AdoptedDevicePassesFlushesOn) {
  Attach(volume_.id);
  const int number = kernel.AttachedLoops().front();
  KillAndReopen();
  kernel.DropFlushes(number);
  kernel.calls().FailNext("LoopDevices.PassFlushesOn", EMFILE);
  EXPECT_FALSE(TryAttach().ok());
  Attach(volume_.id);
  EXPECT_TRUE(kernel.PassesFlushesOn(number));
}

TEST_F(AttachTest, AdoptedReadOnlyDeviceIsAskedNothingOfTheKind) {
  ASSERT_TRUE(
      pool->Attach(volume_.id, backend::AttachMode::kReadOnly, operation).ok());
  KillAndReopen();
  ASSERT_TRUE(
      pool->Attach(volume_.id, backend::AttachMode::kReadOnly, operation).ok());
  EXPECT_EQ(kernel.calls().Count("LoopDevices.PassFlushesOn"), 0);
}

TEST_F(AttachTest, DeviceIsAdoptedThoughNoHintKnowsIt) {
  {
    const auto fd = kernel.files().Open(layout.Volume(volume_.id),
                                        os::OpenMode::kReadWrite);
    ASSERT_TRUE(
        kernel.loops().Configure(5, fd->get(), {.name = volume_.id}).ok());
  }
  EXPECT_EQ(Attach(volume_.id).device_path, "/dev/loop5");
  EXPECT_THAT(kernel.AttachedLoops(), ElementsAre(5));
}

TEST_F(AttachTest, LookingUpKeepsTheHint) {
  const auto first = Attach(volume_.id);
  kernel.calls().FailNext("LoopDevices.GetStatus", ENXIO);
  EXPECT_EQ(Device(kRw), "");
  EXPECT_EQ(Device(kRw), first.device_path);
}

TEST_F(AttachTest, DeviceWithoutDirectIoIsNotAdopted) {
  Attach(volume_.id);
  KillAndReopen();
  kernel.SetDirectIoWorks(false);
  const absl::Status status = TryAttach();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("no direct I/O"));
  EXPECT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
}

TEST_F(AttachTest, HintIsBelievedOnlyIfTheDeviceIsStillTheVolume) {
  const auto first = Attach(volume_.id);
  const int number = kernel.AttachedLoops().front();
  ASSERT_TRUE(kernel.loops().Detach(number).ok());
  const auto other = Create(BlockSpec("b"));
  {
    const auto fd =
        kernel.files().Open(layout.Volume(other.id), os::OpenMode::kReadWrite);
    ASSERT_TRUE(
        kernel.loops().Configure(number, fd->get(), {.name = "x"}).ok());
  }
  EXPECT_EQ(Device(kRw), "");
  EXPECT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
  EXPECT_NE(Attach(volume_.id).device_path, first.device_path);
  EXPECT_THAT(kernel.AttachedLoops(), SizeIs(2));
}

TEST_F(AttachTest, TakenNumbersAreSteppedOver) {
  const auto other = Create(BlockSpec("b"));
  const auto fd =
      kernel.files().Open(layout.Volume(other.id), os::OpenMode::kReadOnly);
  for (int number = 0; number < 3; ++number) {
    ASSERT_TRUE(kernel.loops()
                    .Configure(number, fd->get(),
                               {.name = "x", .mode = os::LoopMode::kReadOnly})
                    .ok());
  }
  kernel.calls().Reset();
  EXPECT_EQ(Attach(volume_.id).device_path, "/dev/loop3");
  EXPECT_EQ(kernel.calls().Count("LoopDevices.FindFree"), 0);
  for (int number = 0; number < 3; ++number) {
    ASSERT_TRUE(kernel.loops().Detach(number).ok());
  }
}

TEST_F(AttachTest, KernelIsAskedWhenGuessesFail) {
  const auto other = Create(BlockSpec("b"));
  const auto fd =
      kernel.files().Open(layout.Volume(other.id), os::OpenMode::kReadOnly);
  for (int number = 0; number < 20; ++number) {
    ASSERT_TRUE(kernel.loops().Add(number).ok());
    ASSERT_TRUE(kernel.loops()
                    .Configure(number, fd->get(),
                               {.name = "x", .mode = os::LoopMode::kReadOnly})
                    .ok());
  }
  EXPECT_EQ(Attach(volume_.id).device_path, "/dev/loop20");
}

TEST_F(AttachTest, MissingDeviceIsMade) {
  for (int i = 0; i < 12; ++i) {
    Attach(Create(BlockSpec("v" + std::to_string(i))).id);
  }
  EXPECT_THAT(kernel.AttachedLoops(), SizeIs(12));
}

TEST_F(AttachTest, NumbersComeBack) {
  const auto first = Attach(volume_.id);
  ASSERT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
  EXPECT_EQ(Attach(volume_.id).device_path, first.device_path);
}

TEST_F(AttachTest, NoMoreDevicesIsUnavailableNotExhausted) {
  kernel.SetMaxLoops(8);
  for (int i = 0; i < 8; ++i) {
    Attach(Create(BlockSpec("v" + std::to_string(i))).id);
  }
  EXPECT_THAT(TryAttach(), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(AttachTest, WithoutDirectIoNothingStaysAttached) {
  kernel.SetDirectIoWorks(false);
  EXPECT_THAT(TryAttach(), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(kernel.AttachedLoops(), IsEmpty());
}

TEST_F(AttachTest, AdoptedDeviceTakesOverAGrownFile) {
  Attach(volume_.id);
  {
    const auto fd = kernel.files().Open(layout.Volume(volume_.id),
                                        os::OpenMode::kReadWrite);
    ASSERT_TRUE(kernel.data_files().Truncate(fd->get(), 128 * kMiB).ok());
  }
  EXPECT_EQ(Attach(volume_.id).size_bytes, 128 * kMiB);
}

TEST_F(AttachTest, MissingVolumeIsNotFound) {
  const std::string gone = pool->VolumeId({.name = "gone"}).value();
  EXPECT_THAT(pool->Attach(gone, kRw, operation).status(),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(pool->Detach(gone, kRw, operation),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(pool->FindAttachment(gone, kRw).status(),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(AttachTest, CostDoesNotGrowWithTheNumberOfDevices) {
  for (int i = 0; i < 50; ++i) {
    Attach(Create(BlockSpec("v" + std::to_string(i))).id);
  }
  kernel.calls().Reset();
  Attach(volume_.id);
  ASSERT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
  EXPECT_EQ(kernel.calls().Count("LoopDevices.List"), 0);
  EXPECT_LE(kernel.calls().List().size(), 25u);
}

}  // namespace
}  // namespace holdfast::pool
