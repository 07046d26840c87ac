// Attach, Detach and FindAttachment: never two writers on one file.

#include <cerrno>

#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using backend::AttachMode;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr AttachMode kRw = AttachMode::kReadWrite;
constexpr AttachMode kRo = AttachMode::kReadOnly;

class AttachTest : public PoolTest {
 protected:
  AttachTest() : volume_(Create(Spec("a"))) {}

  absl::Status TryAttach(AttachMode mode = kRw) {
    return pool->Attach(volume_.id, mode, operation).status();
  }
  std::string Device(AttachMode mode) {
    const auto found = pool->FindAttachment(volume_.id, mode);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() && *found ? (*found)->device_path : "";
  }

  const backend::Volume volume_;
};

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

// What cannot be read when the pool is opened gets no hint.
class LostHintTest : public AttachTest {
 protected:
  backend::Attachment AttachUnhinted(AttachMode mode = kRw) {
    auto attachment = pool->Attach(volume_.id, mode, operation);
    EXPECT_TRUE(attachment.ok()) << attachment.status();
    LoseHints();
    return *attachment;
  }
  void LoseHints() {
    pool.reset();
    kernel.RestartProcess();
    kernel.calls().FailAlways("LoopDevices.GetStatus", EIO);
    Reopen();
    kernel.calls().ClearFaults();
    EXPECT_EQ(Device(kRw), "");
  }
};

TEST_F(LostHintTest, DetachTakesTheDevice) {
  AttachUnhinted();
  EXPECT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
  EXPECT_THAT(kernel.AttachedLoops(), IsEmpty());
}

TEST_F(LostHintTest, MountedDeviceIsNotDetachedAndIsFound) {
  const auto attachment = AttachUnhinted();
  Mount(attachment);
  EXPECT_TRUE(*pool->IsClaimed(volume_.id, kRw));
  EXPECT_THAT(pool->Detach(volume_.id, kRw, operation),
              HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Device(kRw), attachment.device_path);
}

TEST_F(LostHintTest, MountedVolumeIsFlushedAndGrown) {
  Mount(AttachUnhinted());
  kernel.calls().Reset();
  Cut(volume_.id, "s");
  EXPECT_EQ(kernel.calls().Count("FileSystems.Sync"), 1);
  LoseHints();
  EXPECT_EQ(*pool->ExpandVolume(volume_.id, {128 * kMiB}, operation),
            128 * kMiB);
  EXPECT_EQ(kernel.file_systems().Probe(layout.Volume(volume_.id))->size_bytes,
            128 * kMiB);
}

TEST_F(LostHintTest, ReaderGrowsToo) {
  const auto attachment = AttachUnhinted(kRo);
  ASSERT_TRUE(pool->ExpandVolume(volume_.id, {128 * kMiB}, operation).ok());
  EXPECT_EQ(*kernel.loops().Size(kernel.AttachedLoops().front()), 128 * kMiB);
  EXPECT_EQ(Device(kRo), attachment.device_path);
}

TEST_F(LostHintTest, OpenFileWithoutADeviceIsNoErrorForAFlush) {
  const auto other =
      kernel.files().Open(layout.Volume(volume_.id), os::OpenMode::kReadOnly);
  Cut(volume_.id, "s");
  EXPECT_EQ(waited, absl::ZeroDuration());
}

TEST_F(AttachTest, LookingUpKeepsTheHint) {
  const auto first = Attach(volume_.id);
  kernel.calls().FailNext("LoopDevices.GetStatus", ENXIO);
  EXPECT_EQ(Device(kRw), "");
  EXPECT_EQ(Device(kRw), first.device_path);
}

TEST_F(AttachTest, TwoWritersAreNamedAndNeitherIsUsed) {
  expected_violations = 1;
  const auto fd =
      kernel.files().Open(layout.Volume(volume_.id), os::OpenMode::kReadWrite);
  for (const int number : {5, 6}) {
    ASSERT_TRUE(
        kernel.loops().Configure(number, fd->get(), {.name = volume_.id}).ok());
  }
  for (const bool reopened : {false, true}) {
    if (reopened) Reopen();
    for (const auto& status :
         {TryAttach(), pool->Detach(volume_.id, kRw, operation),
          pool->DeleteVolume(volume_.id, operation)}) {
      EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
      EXPECT_THAT(std::string(status.message()),
                  AllOf(HasSubstr("/dev/loop5"), HasSubstr("/dev/loop6")));
    }
  }
  EXPECT_THAT(kernel.AttachedLoops(), ElementsAre(5, 6));
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

TEST_F(AttachTest, FileThatAnotherHasOpenIsNotAttached) {
  const auto other =
      kernel.files().Open(layout.Volume(volume_.id), os::OpenMode::kReadOnly);
  EXPECT_THAT(TryAttach(), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_GE(waited, absl::Milliseconds(900));
  EXPECT_THAT(kernel.AttachedLoops(), IsEmpty());
}

TEST_F(AttachTest, ForeignDeviceOnTheFileIsNamed) {
  {
    const auto fd = kernel.files().Open(layout.Volume(volume_.id),
                                        os::OpenMode::kReadWrite);
    ASSERT_TRUE(kernel.loops().Configure(5, fd->get(), {.name = "x"}).ok());
  }
  const absl::Status status = TryAttach();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("/dev/loop5"));
  EXPECT_THAT(kernel.AttachedLoops(), ElementsAre(5));
}

TEST_F(AttachTest, LateReleaseIsWaitedFor) {
  kernel.SetLeaseLingers(4);
  Attach(volume_.id);
  EXPECT_GT(waited, absl::ZeroDuration());
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

TEST_F(AttachTest, ReadOnlyDeviceIsOneOfItsOwn) {
  const auto writer = Attach(volume_.id);
  const auto reader = pool->Attach(volume_.id, kRo, operation);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_NE(reader->device_path, writer.device_path);
  EXPECT_EQ(Device(kRw), writer.device_path);
  EXPECT_EQ(Device(kRo), reader->device_path);
  ASSERT_TRUE(pool->Detach(volume_.id, kRo, operation).ok());
  EXPECT_EQ(Device(kRw), writer.device_path);
  EXPECT_EQ(Device(kRo), "");
}

TEST_F(AttachTest, WriterBesideOwnReaderIsTheOnlyWriter) {
  ASSERT_TRUE(pool->Attach(volume_.id, kRo, operation).ok());
  Attach(volume_.id);
  Attach(volume_.id);
  EXPECT_THAT(kernel.AttachedLoops(), SizeIs(2));
}

TEST_F(AttachTest, ReaderDoesNotHideAForeignWriter) {
  ASSERT_TRUE(pool->Attach(volume_.id, kRo, operation).ok());
  {
    const auto fd = kernel.files().Open(layout.Volume(volume_.id),
                                        os::OpenMode::kReadWrite);
    ASSERT_TRUE(kernel.loops().Configure(6, fd->get(), {.name = "x"}).ok());
  }
  EXPECT_THAT(TryAttach(), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(AttachTest, DetachTakesTheDeviceAndMayBeRepeated) {
  Attach(volume_.id);
  ASSERT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
  EXPECT_THAT(kernel.AttachedLoops(), IsEmpty());
  EXPECT_EQ(Device(kRw), "");
  EXPECT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
}

// Found and verified, and another's by the time it is to be detached.
TEST_F(AttachTest, DeviceThatBecameAnothersIsNotDetached) {
  Attach(volume_.id);
  const int number = kernel.AttachedLoops().front();
  const auto other = Create(BlockSpec("b"));
  const auto fd =
      kernel.files().Open(layout.Volume(other.id), os::OpenMode::kReadWrite);
  bool swapped = false;
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (swapped || call.name != "LoopDevices.IsClaimed") return;
    swapped = true;
    EXPECT_TRUE(kernel.loops().Detach(number).ok());
    EXPECT_TRUE(
        kernel.loops().Configure(number, fd->get(), {.name = other.id}).ok());
  });
  EXPECT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
  kernel.calls().OnCall(nullptr);
  EXPECT_TRUE(swapped);
  const auto status = kernel.loops().GetStatus(number);
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->name, other.id);
}

TEST_F(AttachTest, MountedDeviceIsNotDetached) {
  Mount(Attach(volume_.id));
  EXPECT_THAT(pool->Detach(volume_.id, kRw, operation),
              HasCode(absl::StatusCode::kFailedPrecondition));
  const int number = kernel.AttachedLoops().front();
  // It must not go away by itself later either, under whoever stages next.
  EXPECT_FALSE(kernel.loops().GetStatus(number)->autoclear);
}

TEST_F(AttachTest, OnlyAMountedDeviceIsClaimed) {
  EXPECT_FALSE(*pool->IsClaimed(volume_.id, kRw));
  const auto attachment = Attach(volume_.id);
  EXPECT_FALSE(*pool->IsClaimed(volume_.id, kRw));
  Mount(attachment);
  EXPECT_TRUE(*pool->IsClaimed(volume_.id, kRw));
  EXPECT_FALSE(*pool->IsClaimed(volume_.id, kRo));
}

TEST_F(AttachTest, DeviceThatLivesOnAfterDetachIsNeitherUsedNorDoubled) {
  const auto attachment = Attach(volume_.id);
  auto user =
      kernel.files().Open(attachment.device_path, os::OpenMode::kReadOnly);
  ASSERT_TRUE(user.ok()) << user.status();
  EXPECT_THAT(pool->Detach(volume_.id, kRw, operation),
              HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(TryAttach(), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(kernel.AttachedLoops(), SizeIs(1));
  user->Reset();
  EXPECT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
  EXPECT_TRUE(TryAttach().ok());
}

TEST_F(AttachTest, DeviceDetachedUnderItsMountIsStillTheVolume) {
  const auto attachment = Attach(volume_.id);
  Mount(attachment);
  ASSERT_TRUE(kernel.loops().Detach(kernel.AttachedLoops().front()).ok());
  EXPECT_EQ(Device(kRw), attachment.device_path);
  EXPECT_THAT(TryAttach(), HasCode(absl::StatusCode::kFailedPrecondition));
  ASSERT_TRUE(kernel.mounts().Unmount("/mnt").ok());
  EXPECT_EQ(Device(kRw), "");
  EXPECT_TRUE(TryAttach().ok());
}

TEST_F(AttachTest, DeviceThatIsGoneByItselfIsDetached) {
  Attach(volume_.id);
  ASSERT_TRUE(kernel.loops().Detach(kernel.AttachedLoops().front()).ok());
  EXPECT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
  Attach(volume_.id);
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
