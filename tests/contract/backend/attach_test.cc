#include "tests/contract/backend/contract.h"

namespace holdfast::backend {
namespace {

constexpr AttachMode kRw = AttachMode::kReadWrite;
constexpr AttachMode kRo = AttachMode::kReadOnly;

class AttachContract : public BackendContract {};

INSTANTIATE_TEST_SUITE_P(Pool, AttachContract, ::testing::Values(&MakeWorld));

TEST_P(AttachContract, DeviceHasTheVolumesSizeAndIsFound) {
  const Volume volume = CreateBlock("a");
  EXPECT_FALSE(backend().FindAttachment(volume.id, kRw)->has_value());
  const auto attachment = backend().Attach(volume.id, kRw, operation_);
  ASSERT_THAT(attachment, IsOk());
  EXPECT_EQ(attachment->size_bytes, kVolumeBytes);
  const auto found = backend().FindAttachment(volume.id, kRw);
  ASSERT_THAT(found, IsOk());
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->device_path, attachment->device_path);
  Detach(volume.id);
  EXPECT_FALSE(backend().FindAttachment(volume.id, kRw)->has_value());
}

TEST_P(AttachContract, NeverTwoOfOneMode) {
  const Volume volume = CreateBlock("a");
  const std::string device = Attach(volume.id);
  EXPECT_EQ(Attach(volume.id), device);
  world_->Restart();
  EXPECT_EQ(Attach(volume.id), device);
  const std::string reader = Attach(volume.id, kRo);
  EXPECT_NE(reader, device);
  EXPECT_EQ(Attach(volume.id, kRo), reader);
  Detach(volume.id, kRo);
  Detach(volume.id);
}

TEST_P(AttachContract, DetachMayBeRepeated) {
  const Volume volume = CreateBlock("a");
  Detach(volume.id);
  Attach(volume.id);
  Detach(volume.id);
  Detach(volume.id);
}

TEST_P(AttachContract, AttachedVolumeIsNotDeleted) {
  const Volume volume = CreateBlock("a");
  Attach(volume.id);
  EXPECT_THAT(backend().DeleteVolume(volume.id, operation_),
              HasCode(absl::StatusCode::kFailedPrecondition));
  Detach(volume.id);
  EXPECT_THAT(backend().DeleteVolume(volume.id, operation_), IsOk());
}

TEST_P(AttachContract, MountedVolumeIsNotDetached) {
  const Volume volume = CreateMount("a");
  Mount(Attach(volume.id));
  EXPECT_THAT(backend().Detach(volume.id, kRw, operation_),
              HasCode(absl::StatusCode::kFailedPrecondition));
  Unmount();
  Detach(volume.id);
}

TEST_P(AttachContract, DetachAtOnceAfterUnmountAgainAndAgain) {
  const Volume volume = CreateMount("a");
  for (int round = 0; round < 10; ++round) {
    Mount(Attach(volume.id));
    Unmount();
    Detach(volume.id);
  }
}

TEST_P(AttachContract, TwoClonesOfOneTemplateMountSideBySide) {
  const Volume a = CreateMount("a");
  const Volume b = CreateMount("b");
  Mount(Attach(a.id));
  Mount(Attach(b.id));
  world_->Write(world_->mount_point() + "/b", "b");
  Unmount();
  EXPECT_EQ(world_->Read(world_->mount_point() + "/b", 1), "");
  Unmount();
  Detach(a.id);
  Detach(b.id);
}

TEST_P(AttachContract, MissingVolumeIsNotFound) {
  const std::string gone = backend().VolumeId({.name = "gone"}).value();
  EXPECT_THAT(backend().Attach(gone, kRw, operation_),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(backend().Detach(gone, kRw, operation_),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(backend().FindAttachment(gone, kRw),
              HasCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace holdfast::backend
