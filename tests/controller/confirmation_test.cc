#include "controller/confirmation.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/controller/pool_service.h"

namespace holdfast::controller {
namespace {

class ConfirmationTest : public testing::Test {
 protected:
  ConfirmationTest() {
    const auto [status, response] =
        pool_.Call(&ControllerService::CreateVolume,
                   PoolService::VolumeText("a") +
                       " parameters { key: 'tier' value: 'fast' }");
    EXPECT_TRUE(status.ok()) << status.error_message();
    id_ = response.volume().volume_id();
  }

  csi::v1::ValidateVolumeCapabilitiesResponse Ask(
      const std::string& capability, const std::string& more = "") {
    const auto [status, response] =
        pool_.Call(&ControllerService::ValidateVolumeCapabilities,
                   "volume_id: '" + id_ + "' volume_capabilities { " +
                       capability + " } " + more);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  void ExpectObjection(
      const csi::v1::ValidateVolumeCapabilitiesResponse& response) {
    EXPECT_FALSE(response.has_confirmed());
    EXPECT_FALSE(response.message().empty());
  }

  static constexpr char kWriter[] =
      "mount {} access_mode { mode: SINGLE_NODE_WRITER }";

  PoolService pool_;
  std::string id_;
};

TEST_F(ConfirmationTest, RepeatsWhatWasConfirmed) {
  const auto response = Ask(
      kWriter,
      "parameters { key: 'tier' value: 'fast' } "
      "parameters { key: 'csi.storage.k8s.io/pv/name' value: 'pv' } "
      "volume_context { key: 'storage.kubernetes.io/csiProvisionerIdentity' "
      "value: 'x' }");
  ASSERT_TRUE(response.has_confirmed()) << response.message();
  EXPECT_EQ(response.message(), "");
  EXPECT_EQ(response.confirmed().volume_capabilities_size(), 1);
  EXPECT_EQ(response.confirmed().parameters_size(), 2);
  EXPECT_EQ(response.confirmed().volume_context_size(), 1);
}

TEST_F(ConfirmationTest, AModeThatIsNotOfferedIsAnObjectionNotAnError) {
  ExpectObjection(
      Ask("mount {} access_mode { mode: MULTI_NODE_MULTI_WRITER }"));
}

TEST_F(ConfirmationTest, AMountGroupIsAnObjectionNotAnError) {
  ExpectObjection(
      Ask("mount { volume_mount_group: '7' } access_mode { mode: "
          "SINGLE_NODE_WRITER }"));
}

TEST_F(ConfirmationTest, AnotherAccessOrFileSystemTypeIsAnObjection) {
  ExpectObjection(Ask("block {} access_mode { mode: SINGLE_NODE_WRITER }"));
  ExpectObjection(
      Ask("mount { fs_type: 'xfs' } access_mode { mode: SINGLE_NODE_WRITER "
          "}"));
}

TEST_F(ConfirmationTest, OneCapabilityTooManyIsAnObjection) {
  ExpectObjection(Ask(kWriter,
                      "volume_capabilities { block {} access_mode { mode: "
                      "SINGLE_NODE_WRITER } }"));
}

TEST_F(ConfirmationTest, OtherParametersAreAnObjection) {
  ExpectObjection(Ask(kWriter, "parameters { key: 'tier' value: 'slow' }"));
  ExpectObjection(Ask(kWriter, "parameters { key: 'sky' value: 'blue' }"));
  ExpectObjection(
      Ask(kWriter, "mutable_parameters { key: 'tier' value: 'slow' }"));
}

TEST_F(ConfirmationTest, AContextThatIsNotOursIsAnObjection) {
  ExpectObjection(Ask(kWriter, "volume_context { key: 'k' value: 'v' }"));
}

TEST_F(ConfirmationTest, AMissingVolumeIsNotFound) {
  const auto [status, response] =
      pool_.Call(&ControllerService::ValidateVolumeCapabilities,
                 "volume_id: 'fake-vol-id' volume_capabilities { " +
                     std::string(kWriter) + " }");
  ExpectCode(status, grpc::NOT_FOUND);
}

}  // namespace
}  // namespace holdfast::controller
