#include "controller/router/router_service.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "absl/synchronization/notification.h"
#include "tests/controller/router/running_agent.h"

namespace holdfast::controller {
namespace {

constexpr char kWriter[] =
    " volume_capability { mount {} access_mode { mode: SINGLE_NODE_WRITER } }";
constexpr char kWriters[] =
    " volume_capabilities { mount {} access_mode { mode: SINGLE_NODE_WRITER } "
    "}";

std::string VolumeId(const std::string& id) {
  return "volume_id: '" + id + "' ";
}
std::string SnapshotId(const std::string& id) {
  return "snapshot_id: '" + id + "' ";
}

class RouterServiceTest : public testing::Test {
 protected:
  SocketDirectory directory_;
  PoolAgent a_{directory_.Socket("a"), "pool-a", "node-a"};
  PoolAgent b_{directory_.Socket("b"), "pool-b", "node-b"};
  RunningRouter router_{directory_.Socket("router"),
                        {a_.endpoint(), b_.endpoint()}};
};

TEST_F(RouterServiceTest, EveryCallAboutAVolumeReachesItsPool) {
  for (PoolAgent* agent : {&a_, &b_}) {
    const std::string id = agent->pool().MakeVolume("v");
    ExpectCode(router_
                   .Call(&Stub::ControllerPublishVolume,
                         VolumeId(id) + "node_id: '" +
                             agent->pool().node().node_id + "'" + kWriter)
                   .first,
               grpc::OK);
    const auto got = router_.Call(&Stub::ControllerGetVolume, VolumeId(id));
    ASSERT_TRUE(got.first.ok()) << got.first.error_message();
    EXPECT_EQ(got.second.status().published_node_ids(0),
              agent->pool().node().node_id);
    EXPECT_TRUE(
        router_.Call(&Stub::ValidateVolumeCapabilities, VolumeId(id) + kWriters)
            .second.has_confirmed());
    EXPECT_EQ(
        router_
            .Call(&Stub::ControllerExpandVolume,
                  VolumeId(id) + "capacity_range { required_bytes: 8388608 }")
            .second.capacity_bytes(),
        8388608);
    ExpectCode(
        router_.Call(&Stub::ControllerUnpublishVolume, VolumeId(id)).first,
        grpc::OK);
    ExpectCode(router_.Call(&Stub::DeleteVolume, VolumeId(id)).first, grpc::OK);
    EXPECT_FALSE(agent->pool().backend().GetVolume(id).ok());
  }
}

TEST_F(RouterServiceTest, EveryCallAboutASnapshotReachesItsPool) {
  for (PoolAgent* agent : {&a_, &b_}) {
    const std::string volume = agent->pool().MakeVolume("v");
    const auto made = router_.Call(
        &Stub::CreateSnapshot, "name: 's' source_volume_id: '" + volume + "'");
    ASSERT_TRUE(made.first.ok()) << made.first.error_message();
    const std::string id = made.second.snapshot().snapshot_id();
    EXPECT_EQ(id, agent->pool().backend().SnapshotId({.name = "s"}).value());
    EXPECT_EQ(router_.Call(&Stub::GetSnapshot, SnapshotId(id))
                  .second.snapshot()
                  .source_volume_id(),
              volume);
    ExpectCode(router_.Call(&Stub::DeleteSnapshot, SnapshotId(id)).first,
               grpc::OK);
    EXPECT_FALSE(agent->pool().backend().GetSnapshot(id).ok());
  }
}

TEST_F(RouterServiceTest, CapabilitiesAreThoseOfAPool) {
  const auto routed = router_.Call(&Stub::ControllerGetCapabilities, "");
  const auto direct = a_.pool().Call(
      &ControllerService::ControllerGetCapabilities, std::string());
  EXPECT_EQ(routed.second.SerializeAsString(),
            direct.second.SerializeAsString());
}

TEST_F(RouterServiceTest, RequiredFieldsComeBeforeTheId) {
  const std::string fake = VolumeId("fake-vol-id");
  ExpectCode(router_.Call(&Stub::DeleteVolume, "").first,
             grpc::INVALID_ARGUMENT);
  ExpectCode(router_.Call(&Stub::ControllerPublishVolume, fake).first,
             grpc::INVALID_ARGUMENT, "node_id");
  ExpectCode(
      router_.Call(&Stub::ControllerPublishVolume, fake + "node_id: 'n'").first,
      grpc::INVALID_ARGUMENT, "volume_capability");
  ExpectCode(
      router_.Call(&Stub::CreateSnapshot, "source_volume_id: 'testId'").first,
      grpc::INVALID_ARGUMENT, "name");
  ExpectCode(router_.Call(&Stub::ControllerExpandVolume, fake).first,
             grpc::INVALID_ARGUMENT, "capacity_range");
}

TEST_F(RouterServiceTest, AMalformedIdIsGoneOrNotFound) {
  const std::string fake = VolumeId("fake-vol-id");
  ExpectCode(router_.Call(&Stub::DeleteVolume, fake).first, grpc::OK);
  ExpectCode(router_.Call(&Stub::ControllerUnpublishVolume, fake).first,
             grpc::OK);
  ExpectCode(
      router_.Call(&Stub::DeleteSnapshot, SnapshotId("reallyfakesnapshotid"))
          .first,
      grpc::OK);
  ExpectCode(router_.Call(&Stub::ControllerGetVolume, fake).first,
             grpc::NOT_FOUND);
  ExpectCode(
      router_
          .Call(&Stub::ControllerPublishVolume, fake + "node_id: 'n'" + kWriter)
          .first,
      grpc::NOT_FOUND);
  ExpectCode(
      router_.Call(&Stub::ValidateVolumeCapabilities, fake + kWriters).first,
      grpc::NOT_FOUND);
  ExpectCode(router_.Call(&Stub::GetSnapshot, SnapshotId("fake")).first,
             grpc::NOT_FOUND);
  ExpectCode(
      router_
          .Call(&Stub::CreateSnapshot, "name: 's' source_volume_id: 'testId'")
          .first,
      grpc::NOT_FOUND);
}

TEST_F(RouterServiceTest, APoolThatIsNotConnectedLosesNothing) {
  const std::string volume = MakeId('p', HomeOf("gone"), IdKind::kVolume, "v");
  const std::string snapshot =
      MakeId('p', HomeOf("gone"), IdKind::kSnapshot, "s");
  ExpectCode(router_.Call(&Stub::DeleteVolume, VolumeId(volume)).first,
             grpc::UNAVAILABLE, HomeOf("gone"));
  ExpectCode(router_.Call(&Stub::DeleteSnapshot, SnapshotId(snapshot)).first,
             grpc::UNAVAILABLE);
  ExpectCode(
      router_.Call(&Stub::ControllerUnpublishVolume, VolumeId(volume)).first,
      grpc::UNAVAILABLE);
  ExpectCode(router_.Call(&Stub::ControllerGetVolume, VolumeId(volume)).first,
             grpc::UNAVAILABLE);
}

TEST_F(RouterServiceTest, ErrorsPassWithTheirCodeAndMessage) {
  const std::string id = a_.pool().MakeVolume("v");
  const auto [status, response] =
      router_.Call(&Stub::ControllerPublishVolume,
                   VolumeId(id) + "node_id: 'node-b'" + kWriter);
  const auto direct =
      a_.pool().Call(&ControllerService::ControllerPublishVolume,
                     VolumeId(id) + "node_id: 'node-b'" + kWriter);
  ExpectCode(status, grpc::NOT_FOUND);
  EXPECT_EQ(status.error_message(), direct.first.error_message());
}

TEST_F(RouterServiceTest, OneAgentsEndTouchesNoOthersVolumes) {
  const std::string on_a = a_.pool().MakeVolume("v");
  const std::string on_b = b_.pool().MakeVolume("v");
  ExpectCode(router_.Call(&Stub::ControllerGetVolume, VolumeId(on_a)).first,
             grpc::OK);
  a_.Stop();
  ExpectCode(router_.Call(&Stub::DeleteVolume, VolumeId(on_a)).first,
             grpc::UNAVAILABLE, a_.endpoint().ToString());
  ExpectCode(router_.Call(&Stub::DeleteVolume, VolumeId(on_b)).first, grpc::OK);
  a_.Start();
  ExpectCode(router_.CallRestarted(&Stub::DeleteVolume, VolumeId(on_a)).first,
             grpc::OK);
}

TEST_F(RouterServiceTest, OneAgentsSilenceTouchesNoOthersVolumes) {
  const std::string on_a = a_.pool().MakeVolume("v");
  const std::string on_b = b_.pool().MakeVolume("v");
  absl::Notification reached;
  absl::Notification over;
  a_.pool().backend().OnCall([&](absl::string_view verb) {
    if (verb == "DeleteVolume") {
      reached.Notify();
      over.WaitForNotification();
    }
    return absl::OkStatus();
  });
  std::jthread waiting([&] {
    ExpectCode(router_.Call(&Stub::DeleteVolume, VolumeId(on_a)).first,
               grpc::OK);
  });
  reached.WaitForNotification();
  ExpectCode(router_.Call(&Stub::DeleteVolume, VolumeId(on_b)).first, grpc::OK);
  ExpectCode(router_.Call(&Stub::DeleteVolume, VolumeId(on_a)).first,
             grpc::ABORTED, "DeleteVolume");
  over.Notify();
}

// Notes the deadline with which it was called.
class DeadlineProbe final : public csi::v1::Controller::Service {
 public:
  grpc::Status GetSnapshot(
      grpc::ServerContext* context,
      const csi::v1::GetSnapshotRequest* /*request*/,
      csi::v1::GetSnapshotResponse* /*response*/) override {
    deadline = absl::FromChrono(context->deadline());
    return grpc::Status::OK;
  }
  absl::Time deadline;
};

TEST(RouterDeadlineTest, TheAgentHasALittleLessTimeThanTheCaller) {
  SocketDirectory directory;
  DeadlineProbe probe;
  RunningAgent agent(directory.Socket("a"), probe,
                     {{Keys().pools, "default=" + HomeOf("pool")}});
  RunningRouter router(directory.Socket("router"), {agent.endpoint()});
  const absl::Time before = absl::Now();
  ExpectCode(
      router
          .Call(&Stub::GetSnapshot,
                SnapshotId(MakeId('p', HomeOf("pool"), IdKind::kSnapshot, "s")),
                absl::Seconds(100))
          .first,
      grpc::OK);
  EXPECT_LT(probe.deadline, absl::Now() + absl::Seconds(96));
  EXPECT_GT(probe.deadline, before + absl::Seconds(90));
}

}  // namespace
}  // namespace holdfast::controller
