// The CSI Controller service of one pool.

#ifndef HOLDFAST_CONTROLLER_CONTROLLER_SERVICE_H_
#define HOLDFAST_CONTROLLER_CONTROLLER_SERVICE_H_

#include "controller/expansion.h"
#include "controller/lists.h"
#include "controller/not_offered_service.h"
#include "controller/pool_access.h"
#include "controller/publications.h"
#include "controller/snapshots.h"
#include "controller/volume_life.h"
#include "csi/v1/csi.grpc.pb.h"
#include "rpc/call.h"

namespace holdfast::controller {

// Each handler validates, runs the operation and converts its answer; the
// rules of each call stand with its operation. What `pool` refers to, and
// `calls`, must outlive the service. Thread-safe.
class ControllerService final : public NotOfferedService {
 public:
  ControllerService(const PoolAccess& pool, rpc::Calls& calls)
      : NotOfferedService(calls),
        pool_(pool),
        volumes_(pool),
        publications_(pool),
        snapshots_(pool),
        lists_(pool),
        expansion_(pool) {}

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
  const PoolAccess pool_;
  VolumeLife volumes_;
  Publications publications_;
  Snapshots snapshots_;
  Lists lists_;
  Expansion expansion_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_CONTROLLER_SERVICE_H_
