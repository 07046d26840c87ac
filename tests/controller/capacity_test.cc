#include "controller/capacity.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/controller/pool_service.h"

namespace holdfast::controller {
namespace {

class CapacityTest : public testing::Test {
 protected:
  csi::v1::GetCapacityResponse Capacity(const std::string& request) {
    const auto [status, response] =
        pool_.Call(&ControllerService::GetCapacity, request);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  PoolService pool_{"pool-1", "node-1", 64 * kMiB};
};

TEST_F(CapacityTest, AnswersTheRoomAndTheSizesThatFit) {
  pool_.MakeVolume("a", 4 * kMiB);
  const auto response = Capacity("");
  EXPECT_EQ(response.available_capacity(), 60 * kMiB);
  EXPECT_EQ(response.maximum_volume_size().value(), 60 * kMiB);
  EXPECT_EQ(response.minimum_volume_size().value(),
            backend::FakeBackend::kLeastBytes);
}

TEST_F(CapacityTest, AFullPoolSaysSo) {
  pool_.MakeVolume("a", 64 * kMiB);
  const auto response = Capacity("");
  EXPECT_EQ(response.available_capacity(), 0);
  ASSERT_TRUE(response.has_maximum_volume_size());
  EXPECT_EQ(response.maximum_volume_size().value(), 0);
}

TEST_F(CapacityTest, AnotherPlaceHasNone) {
  const std::string topology =
      "accessible_topology { segments { key: 'csi.holdfast.dev/node' value: ";
  EXPECT_EQ(Capacity(topology + "'node-2' } }").available_capacity(), 0);
  EXPECT_EQ(Capacity(topology + "'node-1' } }").available_capacity(),
            64 * kMiB);
}

TEST_F(CapacityTest, AModeThatIsNotOfferedHasNone) {
  EXPECT_EQ(Capacity("volume_capabilities { mount {} access_mode { mode: "
                     "MULTI_NODE_MULTI_WRITER } }")
                .available_capacity(),
            0);
}

TEST_F(CapacityTest, AMountGroupIsNotOfferedAnywhere) {
  EXPECT_EQ(Capacity("volume_capabilities { mount { volume_mount_group: '7' } "
                     "access_mode { mode: SINGLE_NODE_WRITER } }")
                .available_capacity(),
            0);
}

TEST_F(CapacityTest, ParametersOfTheDriverAreRespected) {
  EXPECT_EQ(Capacity("parameters { key: 'csi.storage.k8s.io/x' value: 'y' } "
                     "parameters { key: 'tier' value: 'fast' }")
                .available_capacity(),
            64 * kMiB);
  const auto [status, response] =
      pool_.Call(&ControllerService::GetCapacity,
                 std::string("parameters { key: 'sky' value: 'blue' }"));
  ExpectCode(status, grpc::INVALID_ARGUMENT, "sky");
}

}  // namespace
}  // namespace holdfast::controller
