#include "node/convert.h"

namespace holdfast::node {
namespace {

using Rpc = csi::v1::NodeServiceCapability::RPC;

void AddInodes(const Stats& stats,
               csi::v1::NodeGetVolumeStatsResponse& response) {
  csi::v1::VolumeUsage& inodes = *response.add_usage();
  inodes.set_unit(csi::v1::VolumeUsage::INODES);
  inodes.set_total(stats.total_inodes);
  inodes.set_available(stats.available_inodes);
  inodes.set_used(stats.total_inodes - stats.available_inodes);
}

}  // namespace

csi::v1::NodeGetVolumeStatsResponse ToResponse(const Stats& stats) {
  csi::v1::NodeGetVolumeStatsResponse response;
  csi::v1::VolumeUsage& bytes = *response.add_usage();
  bytes.set_unit(csi::v1::VolumeUsage::BYTES);
  bytes.set_total(stats.total_bytes);
  if (stats.access_type == backend::AccessType::kBlock) return response;
  bytes.set_available(stats.available_bytes);
  bytes.set_used(stats.used_bytes);
  AddInodes(stats, response);
  return response;
}

csi::v1::NodeGetInfoResponse NodeInfo(const NodeIdentity& node) {
  csi::v1::NodeGetInfoResponse response;
  response.set_node_id(node.node_id);
  response.mutable_accessible_topology()->mutable_segments()->insert(
      node.segments.begin(), node.segments.end());
  return response;
}

csi::v1::NodeGetCapabilitiesResponse NodeCapabilities() {
  csi::v1::NodeGetCapabilitiesResponse response;
  for (const auto type : {Rpc::STAGE_UNSTAGE_VOLUME, Rpc::GET_VOLUME_STATS,
                          Rpc::EXPAND_VOLUME, Rpc::SINGLE_NODE_MULTI_WRITER}) {
    response.add_capabilities()->mutable_rpc()->set_type(type);
  }
  return response;
}

}  // namespace holdfast::node
