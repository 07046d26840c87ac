// Answers of the operations as CSI's messages.

#ifndef HOLDFAST_NODE_CONVERT_H_
#define HOLDFAST_NODE_CONVERT_H_

#include "csi/v1/csi.pb.h"
#include "node/specs.h"

namespace holdfast::node {

csi::v1::NodeGetVolumeStatsResponse ToResponse(const Stats& stats);
csi::v1::NodeGetInfoResponse NodeInfo(const NodeIdentity& node);
csi::v1::NodeGetCapabilitiesResponse NodeCapabilities();

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_CONVERT_H_
