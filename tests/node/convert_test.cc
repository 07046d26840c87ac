#include "node/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::node {
namespace {

using ::testing::ElementsAre;
using Rpc = csi::v1::NodeServiceCapability::RPC;

TEST(ConvertTest, AMountAnswersBytesAndInodes) {
  const auto response = ToResponse({.total_bytes = 100,
                                    .available_bytes = 60,
                                    .used_bytes = 30,
                                    .total_inodes = 10,
                                    .available_inodes = 7});
  ASSERT_EQ(response.usage_size(), 2);
  const auto& bytes = response.usage(0);
  EXPECT_EQ(bytes.unit(), csi::v1::VolumeUsage::BYTES);
  EXPECT_EQ(bytes.total(), 100);
  EXPECT_EQ(bytes.available(), 60);
  EXPECT_EQ(bytes.used(), 30);
  const auto& inodes = response.usage(1);
  EXPECT_EQ(inodes.unit(), csi::v1::VolumeUsage::INODES);
  EXPECT_EQ(inodes.total(), 10);
  EXPECT_EQ(inodes.available(), 7);
  EXPECT_EQ(inodes.used(), 3);
}

TEST(ConvertTest, ABlockVolumeAnswersItsSize) {
  const auto response = ToResponse(
      {.access_type = backend::AccessType::kBlock, .total_bytes = 100});
  ASSERT_EQ(response.usage_size(), 1);
  EXPECT_EQ(response.usage(0).unit(), csi::v1::VolumeUsage::BYTES);
  EXPECT_EQ(response.usage(0).total(), 100);
}

TEST(ConvertTest, TheNodeSaysWhoAndWhereItIs) {
  const auto info =
      NodeInfo({.node_id = "worker-1",
                .segments = {{"csi.holdfast.dev/node", "worker-1"}}});
  EXPECT_EQ(info.node_id(), "worker-1");
  EXPECT_EQ(info.max_volumes_per_node(), 0);
  ASSERT_EQ(info.accessible_topology().segments_size(), 1);
  EXPECT_EQ(info.accessible_topology().segments().at("csi.holdfast.dev/node"),
            "worker-1");
}

TEST(ConvertTest, CapabilitiesAreWhatIsOffered) {
  std::vector<int> types;
  const auto response = NodeCapabilities();
  for (const auto& capability : response.capabilities()) {
    types.push_back(capability.rpc().type());
  }
  EXPECT_THAT(types,
              ElementsAre(Rpc::STAGE_UNSTAGE_VOLUME, Rpc::GET_VOLUME_STATS,
                          Rpc::EXPAND_VOLUME, Rpc::SINGLE_NODE_MULTI_WRITER));
}

}  // namespace
}  // namespace holdfast::node
