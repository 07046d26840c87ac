// Devices of ours that no hint knows.

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "tests/backend/pool/attach_fixture.h"

namespace holdfast::pool {
namespace {

using backend::AttachMode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

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

// Another's loop device, whose file is on a file system that fails.
TEST_F(LostHintTest, DeviceOfOthersThatCannotBeReadIsPassedOver) {
  for (const int error : {EIO, ESTALE, ENOTCONN}) {
    const int number = *kernel.loops().FindFree();
    {
      const auto file =
          kernel.files().Create(absl::StrCat("/pool/other", error));
      ASSERT_TRUE(kernel.loops().Configure(number, file->get(), {}).ok());
    }
    AttachUnhinted();
    ASSERT_EQ(kernel.AttachedLoops().front(), number);
    kernel.calls().FailNext("LoopDevices.GetStatus", error);
    EXPECT_TRUE(pool->Detach(volume_.id, kRw, operation).ok()) << error;
    EXPECT_THAT(kernel.AttachedLoops(), ElementsAre(number));
    ASSERT_TRUE(kernel.loops().Detach(number).ok());
  }
}

TEST_F(LostHintTest, WhatCannotBeToldIsNoNotAttached) {
  AttachUnhinted();
  kernel.calls().FailNext("LoopDevices.GetStatus", EMFILE);
  EXPECT_FALSE(pool->Detach(volume_.id, kRw, operation).ok());
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

}  // namespace
}  // namespace holdfast::pool
