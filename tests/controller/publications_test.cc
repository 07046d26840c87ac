#include "controller/publications.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/controller/pool_service.h"

namespace holdfast::controller {
namespace {

class PublicationsTest : public testing::Test {
 protected:
  grpc::Status Publish(const std::string& more,
                       const std::string& capability = kWriter) {
    return pool_
        .Call(&ControllerService::ControllerPublishVolume,
              "volume_id: '" + id_ + "' volume_capability { " + capability +
                  " } " + more)
        .first;
  }

  grpc::Status Unpublish(const std::string& id, const std::string& node) {
    return pool_
        .Call(&ControllerService::ControllerUnpublishVolume,
              "volume_id: '" + id + "' node_id: '" + node + "'")
        .first;
  }

  std::vector<backend::Publication> Recorded() {
    return pool_.backend().GetVolume(id_)->publications;
  }

  long Writes() {
    const auto changes = pool_.backend().Changes();
    return std::count(changes.begin(), changes.end(), "SetPublications");
  }

  static constexpr char kWriter[] =
      "mount {} access_mode { mode: SINGLE_NODE_WRITER }";
  static constexpr char kHere[] = "node_id: 'node-1'";

  PoolService pool_;
  std::string id_ = pool_.MakeVolume("a");
};

TEST_F(PublicationsTest, PublishingIsRecordedWithTheVolume) {
  ExpectCode(Publish("node_id: 'node-1' readonly: true"), grpc::OK);
  EXPECT_EQ(Recorded(),
            std::vector<backend::Publication>(
                {{"node-1", true, backend::AccessMode::kSingleNodeWriter}}));
}

// What is there may be from a call that was killed before its fsync.
TEST_F(PublicationsTest, TheSameAgainIsOkAndMadeDurableAgain) {
  for (int i = 0; i < 3; ++i) ExpectCode(Publish(kHere), grpc::OK);
  EXPECT_EQ(Writes(), 3);
  EXPECT_EQ(Recorded().size(), 1U);
}

TEST_F(PublicationsTest, TheSameAgainIsOkOnlyIfItCanBeMadeDurable) {
  ExpectCode(Publish(kHere), grpc::OK);
  pool_.backend().OnCall([](absl::string_view verb) {
    return verb == "SetPublications" ? absl::UnavailableError("no fsync")
                                     : absl::OkStatus();
  });
  ExpectCode(Publish(kHere), grpc::UNAVAILABLE);
  ExpectCode(Unpublish(id_, "node-2"), grpc::UNAVAILABLE);
  pool_.backend().OnCall(nullptr);
}

TEST_F(PublicationsTest, AnotherReadonlyThereIsAlreadyExists) {
  ExpectCode(Publish(kHere), grpc::OK);
  ExpectCode(Publish("node_id: 'node-1' readonly: true"), grpc::ALREADY_EXISTS,
             "read-only");
}

TEST_F(PublicationsTest, AnotherCapabilityThereIsAlreadyExists) {
  ExpectCode(Publish(kHere), grpc::OK);
  ExpectCode(
      Publish(kHere,
              "mount {} access_mode { mode: SINGLE_NODE_SINGLE_WRITER }"),
      grpc::ALREADY_EXISTS);
  ExpectCode(
      Publish(kHere, "block {} access_mode { mode: SINGLE_NODE_WRITER }"),
      grpc::ALREADY_EXISTS);
}

TEST_F(PublicationsTest, AnAccessTypeThatTheVolumeHasNotIsInvalid) {
  ExpectCode(
      Publish(kHere, "block {} access_mode { mode: SINGLE_NODE_WRITER }"),
      grpc::INVALID_ARGUMENT, "mount");
  EXPECT_TRUE(Recorded().empty());
}

TEST_F(PublicationsTest, AnotherNodeIsNotFound) {
  ExpectCode(Publish("node_id: 'node-2'"), grpc::NOT_FOUND, "node-1");
}

TEST_F(PublicationsTest, AMissingVolumeIsNotFoundBeforeTheNodeIsLookedAt) {
  id_ = "fake-vol-id";
  ExpectCode(Publish("node_id: 'fake-node-id'"), grpc::NOT_FOUND,
             "fake-vol-id");
}

TEST_F(PublicationsTest, ARecordFromBeforeThePoolMovedIsReplaced) {
  {
    const Operation operation("test");
    const auto held = pool_.locks().TryLock(id_, operation);
    ASSERT_TRUE(
        pool_.backend().SetPublications(id_, {{.node_id = "old-node"}}).ok());
  }
  ExpectCode(Publish(kHere), grpc::OK);
  ASSERT_EQ(Recorded().size(), 1U);
  EXPECT_EQ(Recorded()[0].node_id, "node-1");
}

TEST_F(PublicationsTest, UnpublishingAgainIsOkAndMadeDurableAgain) {
  ExpectCode(Publish(kHere), grpc::OK);
  ExpectCode(Unpublish(id_, "node-1"), grpc::OK);
  ExpectCode(Unpublish(id_, "node-1"), grpc::OK);
  EXPECT_TRUE(Recorded().empty());
  EXPECT_EQ(Writes(), 3);
}

TEST_F(PublicationsTest, UnpublishingAnotherNodeChangesNothing) {
  ExpectCode(Publish(kHere), grpc::OK);
  ExpectCode(Unpublish(id_, "node-2"), grpc::OK);
  EXPECT_EQ(Recorded().size(), 1U);
}

TEST_F(PublicationsTest, UnpublishingWithoutANodeMeansAllOfThem) {
  ExpectCode(Publish(kHere), grpc::OK);
  ExpectCode(Unpublish(id_, ""), grpc::OK);
  EXPECT_TRUE(Recorded().empty());
}

TEST_F(PublicationsTest, UnpublishingAMissingVolumeIsOk) {
  ExpectCode(Unpublish("fake-vol-id", "node-1"), grpc::OK);
  ExpectCode(Unpublish(pool_.backend().VolumeId({.name = "never"}).value(), ""),
             grpc::OK);
}

TEST_F(PublicationsTest, WorkGoingOnIsAborted) {
  const Operation other("NodeStageVolume");
  const auto held = pool_.locks().TryLock(id_, other);
  ExpectCode(Publish(kHere), grpc::ABORTED, "NodeStageVolume");
  ExpectCode(Unpublish(id_, ""), grpc::ABORTED, "NodeStageVolume");
}

}  // namespace
}  // namespace holdfast::controller
