// DeleteVolume, the trash, and who is in the way.

#include <thread>

#include "absl/synchronization/notification.h"
#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {
namespace {

using backend::AttachMode;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeleteTest : public PoolTest {
 protected:
  std::vector<std::string> Trashed() {
    return kernel.PathsUnder(layout.Trash());
  }
};

TEST_F(DeleteTest, VolumeIsInTheTrashAndGone) {
  const auto volume = Create(Spec("a"));
  ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  EXPECT_THAT(pool->GetVolume(volume.id).status(),
              HasCode(absl::StatusCode::kNotFound));
  ASSERT_THAT(Trashed(), SizeIs(1));
  EXPECT_THAT(Trashed().front(), HasSubstr(volume.id));
  EXPECT_THAT(pool->DeleteVolume(volume.id, operation),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(DeleteTest, SurvivesAPowerCutOnceAnswered) {
  const auto volume = Create(Spec("a"));
  ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  CutPowerAndReopen();
  EXPECT_THAT(pool->GetVolume(volume.id).status(),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(DeleteTest, GoneIsSaidOnlyWhenItIsDurable) {
  const auto volume = Create(Spec("a"));
  kernel.calls().FailNext("Files.SyncDirectory", EIO);
  EXPECT_FALSE(pool->DeleteVolume(volume.id, operation).ok());
  EXPECT_THAT(pool->DeleteVolume(volume.id, operation),
              HasCode(absl::StatusCode::kNotFound));
  CutPowerAndReopen();
  EXPECT_THAT(pool->GetVolume(volume.id).status(),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(DeleteTest, AttachedVolumeIsRefusedAtOnceNamingItsDevice) {
  const auto volume = Create(Spec("a"));
  const auto attachment = Attach(volume.id);
  const absl::Status status = pool->DeleteVolume(volume.id, operation);
  EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr(attachment.device_path));
  EXPECT_EQ(waited, absl::ZeroDuration());
  EXPECT_TRUE(pool->GetVolume(volume.id).ok());
}

TEST_F(DeleteTest, VolumeThatAnotherHasOpenIsRefusedAfterPatience) {
  const auto volume = Create(Spec("a"));
  const auto reader =
      kernel.files().Open(layout.Volume(volume.id), os::OpenMode::kReadOnly);
  EXPECT_THAT(pool->DeleteVolume(volume.id, operation),
              HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_GE(waited, absl::Milliseconds(900));
  EXPECT_LE(waited, absl::Milliseconds(1500));
  EXPECT_TRUE(pool->GetVolume(volume.id).ok());
}

TEST_F(DeleteTest, LateReleaseOfADeviceIsWaitedFor) {
  const auto volume = Create(Spec("a"));
  kernel.SetLeaseLingers(4);
  EXPECT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  EXPECT_GT(waited, absl::ZeroDuration());
}

TEST_F(DeleteTest, MalformedAndForeignIdsAreNotFound) {
  const std::string foreign =
      MakeId('p', HomeOf("another pool"), IdKind::kVolume, "a");
  for (const std::string& id :
       {std::string(), std::string("x"), std::string("../POOL"), foreign,
        pool->SnapshotId({.name = "a"}).value()}) {
    EXPECT_THAT(pool->DeleteVolume(id, operation),
                HasCode(absl::StatusCode::kNotFound));
    EXPECT_THAT(pool->GetVolume(id).status(),
                HasCode(absl::StatusCode::kNotFound));
  }
  EXPECT_THAT(
      pool->DeleteSnapshot(pool->VolumeId({.name = "a"}).value(), operation),
      HasCode(absl::StatusCode::kNotFound));
}

TEST_F(DeleteTest, DrainGivesTheRoomBack) {
  const int64_t before = Promised();
  const auto volume = Create(BlockSpec("a"));
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, 4 * kMiB));
  EXPECT_EQ(Promised(), before + 64 * kMiB);
  ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  EXPECT_EQ(Promised(), before + 4 * kMiB);
  EXPECT_EQ(pool->trash().bytes(), 4 * kMiB);
  EXPECT_EQ(CountedAnew(), before + 4 * kMiB);
  pool->trash().Drain();
  EXPECT_EQ(Promised(), before);
  EXPECT_EQ(pool->trash().bytes(), 0);
  EXPECT_THAT(Trashed(), IsEmpty());
}

TEST_F(DeleteTest, CreateThatNeedsTheRoomEmptiesTheTrashFirst) {
  backend::VolumeSpec large = BlockSpec("a");
  large.capacity = {.required_bytes = 10 * kGiB};
  const auto volume = Create(large);
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, 10 * kGiB));
  ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  EXPECT_THAT(Trashed(), SizeIs(1));
  large.name = "b";
  Create(large);
  EXPECT_THAT(Trashed(), IsEmpty());
}

TEST_F(DeleteTest, ReaperEmptiesTheTrashInTheBackground) {
  options.trash_retention = absl::ZeroDuration();
  Reopen();
  pool->Start();
  const auto volume = Create(BlockSpec("a"));
  ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!Trashed().empty() && absl::Now() < deadline)
    std::this_thread::yield();
  EXPECT_THAT(Trashed(), IsEmpty());
  pool->Stop();
}

TEST_F(DeleteTest, ReaperFinishesWhatAnEarlierProcessLeft) {
  ASSERT_TRUE(pool->DeleteVolume(Create(Spec("a")).id, operation).ok());
  KillAndReopen();
  EXPECT_THAT(Trashed(), SizeIs(1));
  pool->trash().Drain();
  EXPECT_THAT(Trashed(), IsEmpty());
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(DeleteTest, WhatCannotBeUnlinkedKeepsItsPromiseAndIsTriedAgain) {
  const int64_t before = Promised();
  const auto volume = Create(BlockSpec("a"));
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, 4 * kMiB));
  ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  kernel.calls().FailNext("Files.Unlink", EIO);
  pool->trash().Drain();
  EXPECT_EQ(Promised(), before + 4 * kMiB);
  pool->trash().Drain();
  EXPECT_EQ(Promised(), before);
}

TEST_F(DeleteTest, NameTakenInTheTrashGetsTheNext) {
  const auto volume = Create(BlockSpec("a"));
  int taken = 0;
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (call.name == "Files.Rename" && taken++ == 0) {
      kernel.calls().FailNext("Files.Rename", EEXIST);
    }
  });
  EXPECT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  kernel.calls().OnCall(nullptr);
  EXPECT_EQ(taken, 2);
  EXPECT_THAT(Trashed(), SizeIs(1));
}

TEST_F(DeleteTest, DamagedVolumeCanBeDeleted) {
  const auto volume = Create(BlockSpec("a"));
  {
    const auto fd =
        kernel.files().Open(layout.Volume(volume.id), os::OpenMode::kReadWrite);
    ASSERT_TRUE(kernel.data_files()
                    .SetAttribute(fd->get(), kRecordAttribute, "junk")
                    .ok());
  }
  EXPECT_THAT(pool->GetVolume(volume.id).status(),
              HasCode(absl::StatusCode::kDataLoss));
  EXPECT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  pool->trash().Drain();
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(DeleteTest, RoomOfADeletionOnItsWayIsWaitedForUntilTheDeadline) {
  backend::VolumeSpec large = BlockSpec("a");
  large.capacity = {.required_bytes = 10 * kGiB};
  const auto volume = Create(large);
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, 10 * kGiB));
  large.name = "b";
  absl::Status during;
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (call.name != "Files.SyncDirectory" || !during.ok()) return;
    during = absl::UnknownError("begun");
    Operation hasty("CreateVolume", absl::Now() + absl::Milliseconds(1));
    during = pool->CreateVolume(large, hasty).status();
  });
  EXPECT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  kernel.calls().OnCall(nullptr);
  EXPECT_THAT(during, HasCode(absl::StatusCode::kDeadlineExceeded));
  Create(large);
}

TEST_F(DeleteTest, CreateGoesOnWhenTheDeletionOnItsWayHasArrived) {
  backend::VolumeSpec large = BlockSpec("a");
  large.capacity = {.required_bytes = 10 * kGiB};
  const auto volume = Create(large);
  ASSERT_TRUE(kernel.WriteRange(layout.Volume(volume.id), 0, 10 * kGiB));
  large.name = "b";
  std::thread creator;
  absl::Notification looked;
  kernel.calls().OnCall([&](const fakes::Call& call) {
    if (call.name == "Files.Open" &&
        call.argument == layout.Volume(pool->VolumeId({.name = "b"}).value()) &&
        !looked.HasBeenNotified()) {
      looked.Notify();
    }
    if (call.name != "Files.SyncDirectory" || creator.joinable()) return;
    creator = std::thread([this, &large] {
      Operation own("CreateVolume");
      const auto made = pool->CreateVolume(large, own);
      EXPECT_TRUE(made.ok()) << made.status();
    });
    looked.WaitForNotification();
  });
  EXPECT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  creator.join();
  kernel.calls().OnCall(nullptr);
}

TEST_F(DeleteTest, NoRoomForTheNameEmptiesTheTrashFirst) {
  ASSERT_TRUE(pool->DeleteVolume(Create(BlockSpec("a")).id, operation).ok());
  const auto volume = Create(BlockSpec("b"));
  kernel.calls().FailNext("Files.Rename", ENOSPC);
  EXPECT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  EXPECT_THAT(Trashed(), SizeIs(1));
}

}  // namespace
}  // namespace holdfast::pool
