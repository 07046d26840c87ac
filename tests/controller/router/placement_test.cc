#include "controller/router/placement.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "identity/driver_info.h"
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
      const std::string& more = "", int64_t bytes = 4 * kMiB,
      absl::Duration timeout = kForever) {
    return router_.Call(&Stub::CreateVolume,
                        PoolService::VolumeText("v", bytes) + " " + more,
                        timeout);
  }

  void ExpectOn(
      PoolAgent& agent,
      const std::pair<grpc::Status, csi::v1::CreateVolumeResponse>& answer) {
    ASSERT_TRUE(answer.first.ok()) << answer.first.error_message();
    EXPECT_EQ(answer.second.volume().volume_id(),
              agent.pool().backend().VolumeId({.name = "v"}).value());
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

TEST_F(PlacementTest, AHangingAgentKeepsNoOtherFromTaking) {
  ASSERT_TRUE(router_.Call(&Stub::GetCapacity, "").first.ok());
  const Hang hang(large_);
  ExpectOn(middle_, Create("", 4 * kMiB, kEnough));
}

TEST_F(PlacementTest, RoomThatAnAbsentAgentMightHaveIsUnavailable) {
  large_.Stop();
  ExpectCode(Create("", 32 * kMiB).first, grpc::UNAVAILABLE,
             large_.endpoint().ToString());
}

TEST_F(PlacementTest, WhoIsAbsentWhereTheVolumeMayNotBeDoesNotMatter) {
  ASSERT_TRUE(router_.Call(&Stub::GetCapacity, "").first.ok());
  large_.Stop();
  ExpectCode(Create("accessibility_requirements { " +
                        Term("requisite", "node-s") + "}",
                    32 * kMiB)
                 .first,
             grpc::RESOURCE_EXHAUSTED);
}

TEST_F(PlacementTest, ARepeatedCallStaysWithThePoolThatMayHaveTheVolume) {
  ASSERT_TRUE(router_.Call(&Stub::GetCapacity, "").first.ok());
  const std::string wish =
      "accessibility_requirements { " + Term("preferred", "node-s") + "}";
  {
    const Hang hang(large_, "CreateVolume");
    ExpectCode(Create("", 4 * kMiB, kEnough / 2).first,
               grpc::DEADLINE_EXCEEDED);
    ExpectCode(Create(wish).first, grpc::ABORTED);  // still at work there
  }
  auto again = Create(wish);
  while (again.first.error_code() == grpc::ABORTED) again = Create(wish);
  ExpectOn(large_, again);
}

TEST_F(PlacementTest, ARepeatedCallWaitsForThePoolThatMayHaveTheVolume) {
  ASSERT_TRUE(router_.Call(&Stub::GetCapacity, "").first.ok());
  {
    const Hang hang(large_, "CreateVolume");
    ExpectCode(Create("", 4 * kMiB, kEnough / 2).first,
               grpc::DEADLINE_EXCEEDED);
  }
  large_.Stop();
  ExpectCode(Create().first, grpc::UNAVAILABLE, large_.endpoint().ToString());
  ExpectOn(small_, Create("accessibility_requirements { " +
                          Term("requisite", "node-s") + "}"));
}

// Makes every volume, and counts what it is asked.
class CountingService final : public csi::v1::Controller::Service {
 public:
  grpc::Status CreateVolume(grpc::ServerContext* /*context*/,
                            const csi::v1::CreateVolumeRequest* /*request*/,
                            csi::v1::CreateVolumeResponse* response) override {
    response->mutable_volume()->set_volume_id("v");
    ++creates;
    return grpc::Status::OK;
  }
  grpc::Status ControllerGetVolume(
      grpc::ServerContext* /*context*/,
      const csi::v1::ControllerGetVolumeRequest* /*request*/,
      csi::v1::ControllerGetVolumeResponse* /*response*/) override {
    ++others;
    return grpc::Status(grpc::NOT_FOUND, "none");
  }
  grpc::Status GetCapacity(
      grpc::ServerContext* /*context*/,
      const csi::v1::GetCapacityRequest* /*request*/,
      csi::v1::GetCapacityResponse* /*response*/) override {
    ++others;
    return grpc::Status::OK;
  }

  std::atomic<int> creates = 0;
  std::atomic<int> others = 0;
};

TEST(SinglePlacementTest, ASingleAgentIsCalledOnce) {
  SocketDirectory directory;
  CountingService service;
  RunningAgent agent(
      directory.Socket("a"), service,
      {{identity::kManifestPools, "default=" + HomeOf("pool-a")}});
  RunningRouter router(directory.Socket("router"), {agent.endpoint()});
  const auto [status, response] =
      router.Call(&Stub::CreateVolume, PoolService::VolumeText("v"));
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.volume().volume_id(), "v");
  EXPECT_EQ(service.creates, 1);
  EXPECT_EQ(service.others, 0);
}

TEST_F(PlacementTest, ErrorsOfTheRequestPassAsTheyAre) {
  ExpectCode(Create("parameters { key: 'sky' value: 'blue' }").first,
             grpc::INVALID_ARGUMENT, "sky");
}

TEST_F(PlacementTest, ANameWhosePoolIsForgottenIsFreeAgain) {
  {
    const Hang hang(large_, "CreateVolume");
    ExpectCode(Create("", 4 * kMiB, kEnough).first, grpc::DEADLINE_EXCEEDED);
  }
  large_.Stop();
  ExpectCode(Create().first, grpc::UNAVAILABLE, large_.home());
  ASSERT_TRUE(router_.directory().forgotten.Add(large_.home()).ok());
  ExpectOn(middle_, Create());
}

}  // namespace
}  // namespace holdfast::controller
