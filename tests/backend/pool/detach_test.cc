// Detach, and what holds a device.

#include "tests/backend/pool/attach_fixture.h"

namespace holdfast::pool {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class DetachTest : public AttachTest {};

TEST_F(DetachTest, DetachTakesTheDeviceAndMayBeRepeated) {
  Attach(volume_.id);
  ASSERT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
  EXPECT_THAT(kernel.AttachedLoops(), IsEmpty());
  EXPECT_EQ(Device(kRw), "");
  EXPECT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
}

// Found and verified, and another's by the time it is to be detached.
TEST_F(DetachTest, DeviceThatBecameAnothersIsNotDetached) {
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

TEST_F(DetachTest, MountedDeviceIsNotDetached) {
  Mount(Attach(volume_.id));
  EXPECT_THAT(pool->Detach(volume_.id, kRw, operation),
              HasCode(absl::StatusCode::kFailedPrecondition));
  const int number = kernel.AttachedLoops().front();
  // It must not go away by itself later either, under whoever stages next.
  EXPECT_FALSE(kernel.loops().GetStatus(number)->autoclear);
}

TEST_F(DetachTest, OnlyAMountedDeviceIsClaimed) {
  EXPECT_FALSE(*pool->IsClaimed(volume_.id, kRw));
  const auto attachment = Attach(volume_.id);
  EXPECT_FALSE(*pool->IsClaimed(volume_.id, kRw));
  Mount(attachment);
  EXPECT_TRUE(*pool->IsClaimed(volume_.id, kRw));
  EXPECT_FALSE(*pool->IsClaimed(volume_.id, kRo));
}

TEST_F(DetachTest, DeviceThatLivesOnAfterDetachIsNeitherUsedNorDoubled) {
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

TEST_F(DetachTest, DeviceDetachedUnderItsMountIsStillTheVolume) {
  const auto attachment = Attach(volume_.id);
  Mount(attachment);
  ASSERT_TRUE(kernel.loops().Detach(kernel.AttachedLoops().front()).ok());
  EXPECT_EQ(Device(kRw), attachment.device_path);
  EXPECT_THAT(TryAttach(), HasCode(absl::StatusCode::kFailedPrecondition));
  ASSERT_TRUE(kernel.mounts().Unmount("/mnt").ok());
  EXPECT_EQ(Device(kRw), "");
  EXPECT_TRUE(TryAttach().ok());
}

TEST_F(DetachTest, DeviceThatIsGoneByItselfIsDetached) {
  Attach(volume_.id);
  ASSERT_TRUE(kernel.loops().Detach(kernel.AttachedLoops().front()).ok());
  EXPECT_TRUE(pool->Detach(volume_.id, kRw, operation).ok());
  Attach(volume_.id);
}

}  // namespace
}  // namespace holdfast::pool
