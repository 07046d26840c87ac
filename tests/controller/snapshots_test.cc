#include "controller/snapshots.h"

#include <gtest/gtest.h>

#include <string>

#include "base/ids.h"
#include "tests/controller/pool_service.h"

namespace holdfast::controller {
namespace {

class SnapshotsTest : public testing::Test {
 protected:
  std::pair<grpc::Status, csi::v1::CreateSnapshotResponse> Create(
      const std::string& source, const std::string& more = "") {
    return pool_.Call(&ControllerService::CreateSnapshot,
                      "name: 's' source_volume_id: '" + source + "' " + more);
  }

  grpc::Status Delete(const std::string& id) {
    return pool_
        .Call(&ControllerService::DeleteSnapshot, "snapshot_id: '" + id + "'")
        .first;
  }

  std::pair<grpc::Status, csi::v1::GetSnapshotResponse> Get(
      const std::string& id) {
    return pool_.Call(&ControllerService::GetSnapshot,
                      "snapshot_id: '" + id + "'");
  }

  PoolService pool_;
  std::string volume_ = pool_.MakeVolume("a", 4 * kMiB);
};

TEST_F(SnapshotsTest, ASnapshotIsReadyAndSaysOfWhatAndWhen) {
  const auto [status, response] = Create(volume_);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const csi::v1::Snapshot& snapshot = response.snapshot();
  EXPECT_EQ(snapshot.snapshot_id(),
            pool_.backend().SnapshotId({.name = "s"}).value());
  EXPECT_EQ(snapshot.source_volume_id(), volume_);
  EXPECT_EQ(snapshot.size_bytes(), 4 * kMiB);
  EXPECT_TRUE(snapshot.ready_to_use());
  EXPECT_EQ(snapshot.accessible_topology_size(), 0);
  const auto recorded =
      pool_.backend().GetSnapshot(snapshot.snapshot_id())->created_at;
  EXPECT_EQ(absl::FromUnixSeconds(snapshot.creation_time().seconds()) +
                absl::Nanoseconds(snapshot.creation_time().nanos()),
            absl::FromUnixNanos(absl::ToUnixNanos(recorded)));
}

TEST_F(SnapshotsTest, TheSameRequestAgainIsTheSameSnapshot) {
  const auto first = Create(volume_);
  const auto again = Create(volume_);
  ASSERT_TRUE(again.first.ok()) << again.first.error_message();
  EXPECT_EQ(again.second.SerializeAsString(), first.second.SerializeAsString());
}

TEST_F(SnapshotsTest, AnotherSourceUnderTheNameIsAlreadyExists) {
  ASSERT_TRUE(Create(volume_).first.ok());
  ExpectCode(Create(pool_.MakeVolume("b")).first, grpc::ALREADY_EXISTS);
}

TEST_F(SnapshotsTest, AMissingSourceIsNotFound) {
  ExpectCode(Create("testId").first, grpc::NOT_FOUND);
  ExpectCode(Create(pool_.backend().VolumeId({.name = "never"}).value()).first,
             grpc::NOT_FOUND);
}

TEST_F(SnapshotsTest, WorkGoingOnWithTheSourceIsAborted) {
  const Operation other("NodeStageVolume");
  const auto held = pool_.locks().TryLock(volume_, other);
  ExpectCode(Create(volume_).first, grpc::ABORTED, "NodeStageVolume");
}

TEST_F(SnapshotsTest, AWishForAnotherPlaceIsAcceptedAndADemandIsNot) {
  const std::string there =
      "{ segments { key: 'csi.holdfast.dev/node' value: 'node-2' } }";
  ExpectCode(
      Create(volume_, "accessibility_requirements { requisite " + there + " }")
          .first,
      grpc::RESOURCE_EXHAUSTED);
  ExpectCode(
      Create(volume_, "accessibility_requirements { preferred " + there + " }")
          .first,
      grpc::OK);
}

TEST_F(SnapshotsTest, ADeletedSnapshotIsGoneAndStaysGone) {
  const std::string id = Create(volume_).second.snapshot().snapshot_id();
  ExpectCode(Get(id).first, grpc::OK);
  ExpectCode(Delete(id), grpc::OK);
  ExpectCode(Get(id).first, grpc::NOT_FOUND);
  ExpectCode(Delete(id), grpc::OK);
}

TEST_F(SnapshotsTest, AMalformedIdIsGoneAndNotFound) {
  ExpectCode(Delete("reallyfakesnapshotid"), grpc::OK);
  ExpectCode(Get("reallyfakesnapshotid").first, grpc::NOT_FOUND);
}

TEST_F(SnapshotsTest, OneOfAnotherPoolIsNotSaidToBeGone) {
  const std::string id =
      MakeId('p', HomeOf("elsewhere"), IdKind::kSnapshot, "s");
  ExpectCode(Delete(id), grpc::UNAVAILABLE);
  ExpectCode(Get(id).first, grpc::UNAVAILABLE);
}

TEST_F(SnapshotsTest, GetAnswersWhatCreateAnswered) {
  const auto created = Create(volume_).second;
  const auto got = Get(created.snapshot().snapshot_id()).second;
  EXPECT_EQ(got.snapshot().SerializeAsString(),
            created.snapshot().SerializeAsString());
}

}  // namespace
}  // namespace holdfast::controller
