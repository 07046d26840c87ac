// The CSI Controller service of all pools.

#ifndef HOLDFAST_CONTROLLER_ROUTER_ROUTER_SERVICE_H_
#define HOLDFAST_CONTROLLER_ROUTER_ROUTER_SERVICE_H_

#include <string>

#include "controller/not_offered_service.h"
#include "controller/router/agents.h"
#include "controller/router/hop.h"
#include "controller/router/placement.h"
#include "csi/v1/csi.grpc.pb.h"
#include "rpc/call.h"

namespace holdfast::controller {

// Forwards CSI to the agents, which serve the same contract for one pool each.
// Requests are validated here as there, so that an answer does not depend on
// who is connected. Ids carry their pool, so most calls have one address: a
// malformed id is NOT_FOUND (gone, where that is what was asked for), one of a
// pool that is not connected UNAVAILABLE, also for delete. Takes no locks: the
// agents do.
//
// `agents` and `calls` must outlive the service. Thread-safe.
class RouterService final : public NotOfferedService {
 public:
  RouterService(Agents& agents, rpc::Calls& calls)
      : NotOfferedService(calls), agents_(agents) {}

  grpc::Status CreateVolume(grpc::ServerContext* context,
                            const csi::v1::CreateVolumeRequest* request,
                            csi::v1::CreateVolumeResponse* response) override;
  grpc::Status DeleteVolume(grpc::ServerContext* context,
                            const csi::v1::DeleteVolumeRequest* request,
                            csi::v1::DeleteVolumeResponse* response) override;
  grpc::Status ControllerPublishVolume(
      grpc::ServerContext* context,
      const csi::v1::ControllerPublishVolumeRequest* request,
      csi::v1::ControllerPublishVolumeResponse* response) override;
  grpc::Status ControllerUnpublishVolume(
      grpc::ServerContext* context,
      const csi::v1::ControllerUnpublishVolumeRequest* request,
      csi::v1::ControllerUnpublishVolumeResponse* response) override;
  grpc::Status ValidateVolumeCapabilities(
      grpc::ServerContext* context,
      const csi::v1::ValidateVolumeCapabilitiesRequest* request,
      csi::v1::ValidateVolumeCapabilitiesResponse* response) override;
  grpc::Status ListVolumes(grpc::ServerContext* context,
                           const csi::v1::ListVolumesRequest* request,
                           csi::v1::ListVolumesResponse* response) override;
  grpc::Status GetCapacity(grpc::ServerContext* context,
                           const csi::v1::GetCapacityRequest* request,
                           csi::v1::GetCapacityResponse* response) override;
  grpc::Status ControllerGetCapabilities(
      grpc::ServerContext* context,
      const csi::v1::ControllerGetCapabilitiesRequest* request,
      csi::v1::ControllerGetCapabilitiesResponse* response) override;
  grpc::Status CreateSnapshot(
      grpc::ServerContext* context,
      const csi::v1::CreateSnapshotRequest* request,
      csi::v1::CreateSnapshotResponse* response) override;
  grpc::Status DeleteSnapshot(
      grpc::ServerContext* context,
      const csi::v1::DeleteSnapshotRequest* request,
      csi::v1::DeleteSnapshotResponse* response) override;
  grpc::Status ListSnapshots(grpc::ServerContext* context,
                             const csi::v1::ListSnapshotsRequest* request,
                             csi::v1::ListSnapshotsResponse* response) override;
  grpc::Status GetSnapshot(grpc::ServerContext* context,
                           const csi::v1::GetSnapshotRequest* request,
                           csi::v1::GetSnapshotResponse* response) override;
  grpc::Status ControllerExpandVolume(
      grpc::ServerContext* context,
      const csi::v1::ControllerExpandVolumeRequest* request,
      csi::v1::ControllerExpandVolumeResponse* response) override;
  grpc::Status ControllerGetVolume(
      grpc::ServerContext* context,
      const csi::v1::ControllerGetVolumeRequest* request,
      csi::v1::ControllerGetVolumeResponse* response) override;

 private:
  Agents& agents_;
  Placement placement_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_ROUTER_SERVICE_H_
