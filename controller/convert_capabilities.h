// What the controller services can do.

#ifndef HOLDFAST_CONTROLLER_CONVERT_CAPABILITIES_H_
#define HOLDFAST_CONTROLLER_CONVERT_CAPABILITIES_H_

#include <array>

#include "csi/v1/csi.pb.h"

namespace holdfast::controller {

// The one list, answered by the service of a pool and by the router alike.
// Each is an RPC that works.
inline constexpr auto kCapabilities = std::to_array<
    csi::v1::ControllerServiceCapability_RPC_Type>({
    csi::v1::ControllerServiceCapability_RPC_Type_CREATE_DELETE_VOLUME,
    csi::v1::ControllerServiceCapability_RPC_Type_PUBLISH_UNPUBLISH_VOLUME,
    csi::v1::ControllerServiceCapability_RPC_Type_LIST_VOLUMES,
    csi::v1::ControllerServiceCapability_RPC_Type_GET_CAPACITY,
    csi::v1::ControllerServiceCapability_RPC_Type_CREATE_DELETE_SNAPSHOT,
    csi::v1::ControllerServiceCapability_RPC_Type_LIST_SNAPSHOTS,
    csi::v1::ControllerServiceCapability_RPC_Type_CLONE_VOLUME,
    csi::v1::ControllerServiceCapability_RPC_Type_PUBLISH_READONLY,
    csi::v1::ControllerServiceCapability_RPC_Type_EXPAND_VOLUME,
    csi::v1::ControllerServiceCapability_RPC_Type_LIST_VOLUMES_PUBLISHED_NODES,
    csi::v1::ControllerServiceCapability_RPC_Type_GET_VOLUME,
    csi::v1::ControllerServiceCapability_RPC_Type_SINGLE_NODE_MULTI_WRITER,
    csi::v1::ControllerServiceCapability_RPC_Type_GET_SNAPSHOT,
});

inline void FillCapabilities(
    csi::v1::ControllerGetCapabilitiesResponse& response) {
  for (const auto type : kCapabilities) {
    response.add_capabilities()->mutable_rpc()->set_type(type);
  }
}

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_CONVERT_CAPABILITIES_H_
