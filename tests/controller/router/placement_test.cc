#include "controller/router/placement.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/controller/router/running_agent.h"

namespace holdfast::controller {
namespace {

std::string Term(const std::string& kind, const std::string& node) {
  return kind + " { segments { key: 'csi.holdfast.dev/node' value: '" + node +
         "' } } ";
}

class PlacementTest : public testing::Test {
 protected:
  // Makes the volume "v" with these additions to the request.
  std::pair<grpc::Status, csi::v1::CreateVolumeResponse> Create(
      const std::string& more = "", int64_t bytes = 4 * kMiB) {
    return router_.Call(&Stub::CreateVolume,
                        PoolService::VolumeText("v", bytes) + " " + more);
  }

  void ExpectOn(
      PoolAgent& agent,
      const std::pair<grpc::Status, csi::v1::CreateVolumeResponse>& answer) {
    ASSERT_TRUE(answer.first.ok()) << answer.first.error_message();
    EXPECT_EQ(answer.second.volume().volume_id(),
              agent.pool().backend().VolumeId("v"));
  }

  SocketDirectory directory_;
  PoolAgent small_{directory_.Socket("s"), "pool-s", "node-s", 8 * kMiB};
  PoolAgent large_{directory_.Socket("l"), "pool-l", "node-l", 64 * kMiB};
  PoolAgent middle_{directory_.Socket("m"), "pool-m", "node-m", 16 * kMiB};
  RunningRouter router_{
      directory_.Socket("router"),
      {small_.endpoint(), large_.endpoint(), middle_.endpoint()}};
};

TEST_F(PlacementTest, TheMostRoomIsTakenWhereNothingElseIsAsked) {
  ExpectOn(large_, Create());
}

TEST_F(PlacementTest, ARequirementIsMet) {
  ExpectOn(small_, Create("accessibility_requirements { " +
                          Term("requisite", "node-s") + "}"));
}

TEST_F(PlacementTest, AWishComesBeforeRoom) {
  ExpectOn(small_, Create("accessibility_requirements { " +
                          Term("preferred", "node-s") +
                          Term("preferred", "node-l") + "}"));
}

TEST_F(PlacementTest, TheNextOfTheWishesIsTriedWhenThereIsNoRoom) {
  ExpectOn(middle_, Create("accessibility_requirements { " +
                               Term("requisite", "node-s") +
                               Term("requisite", "node-m") +
                               Term("preferred", "node-s") + "}",
                           12 * kMiB));
}

TEST_F(PlacementTest, ARequirementThatNobodyMeetsIsResourceExhausted) {
  ExpectCode(Create("accessibility_requirements { " +
                    Term("requisite", "node-x") + "}")
                 .first,
             grpc::RESOURCE_EXHAUSTED);
}

TEST_F(PlacementTest, NoRoomAnywhereIsResourceExhausted) {
  ExpectCode(Create("", 128 * kMiB).first, grpc::RESOURCE_EXHAUSTED);
}

TEST_F(PlacementTest, AnExistingVolumeOfTheNameWins) {
  small_.pool().MakeVolume("v");
  ExpectOn(small_, Create());
  ExpectCode(Create("", 5 * kMiB).first, grpc::ALREADY_EXISTS);
}

TEST_F(PlacementTest, ARestoreGoesToThePoolOfItsSnapshot) {
  const std::string snapshot = small_.pool().MakeSnapshot(
      "s", small_.pool().MakeVolume("source", 2 * kMiB));
  ExpectOn(small_, Create("volume_content_source { snapshot { snapshot_id: '" +
                          snapshot + "' } }"));
}

TEST_F(PlacementTest, AMalformedSourceIsNotFound) {
  ExpectCode(Create("volume_content_source { snapshot { snapshot_id: "
                    "'non-existing-snapshot-id' } }")
                 .first,
             grpc::NOT_FOUND);
}

TEST_F(PlacementTest, ASourceOfAPoolThatIsNotConnectedIsUnavailable) {
  const std::string id = MakeId('p', HomeOf("gone"), IdKind::kVolume, "a");
  ExpectCode(
      Create("volume_content_source { volume { volume_id: '" + id + "' } }")
          .first,
      grpc::UNAVAILABLE, HomeOf("gone"));
}

TEST_F(PlacementTest, AnAbsentAgentDoesNotKeepOthersFromTaking) {
  large_.Stop();
  ExpectOn(middle_, Create());
}

TEST_F(PlacementTest, WhoMightMeetTheRequirementButIsAbsentIsNamed) {
  large_.Stop();
  ExpectCode(Create("accessibility_requirements { " +
                    Term("requisite", "node-l") + "}")
                 .first,
             grpc::UNAVAILABLE, large_.endpoint().ToString());
}

TEST_F(PlacementTest, ErrorsOfTheRequestPassAsTheyAre) {
  ExpectCode(Create("parameters { key: 'sky' value: 'blue' }").first,
             grpc::INVALID_ARGUMENT, "sky");
}

}  // namespace
}  // namespace holdfast::controller
