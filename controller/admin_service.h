// The service holdfast.v1.Admin of an agent.

#ifndef HOLDFAST_CONTROLLER_ADMIN_SERVICE_H_
#define HOLDFAST_CONTROLLER_ADMIN_SERVICE_H_

#include "controller/admin.h"
#include "controller/pool_access.h"
#include "holdfast/v1/admin.grpc.pb.h"
#include "rpc/call.h"

namespace holdfast::controller {

// Each handler runs the operation and converts its answer. ForgetPool is the
// controller's, and UNIMPLEMENTED here. In logs and metrics the methods begin
// with "Admin", to tell them from CSI's. What `pool` refers to, and `calls`,
// must outlive the service. Thread-safe.
class AdminService final : public v1::Admin::Service {
 public:
  AdminService(const PoolAccess& pool, rpc::Calls& calls)
      : calls_(calls), admin_(pool) {}

  grpc::Status ListPools(grpc::ServerContext* context,
                         const v1::ListPoolsRequest* request,
                         v1::ListPoolsResponse* response) override;
  grpc::Status ListVolumes(grpc::ServerContext* context,
                           const v1::ListVolumesRequest* request,
                           v1::ListVolumesResponse* response) override;
  grpc::Status ListSnapshots(grpc::ServerContext* context,
                             const v1::ListSnapshotsRequest* request,
                             v1::ListSnapshotsResponse* response) override;
  grpc::Status ListTrash(grpc::ServerContext* context,
                         const v1::ListTrashRequest* request,
                         v1::ListTrashResponse* response) override;
  grpc::Status Undelete(grpc::ServerContext* context,
                        const v1::UndeleteRequest* request,
                        v1::UndeleteResponse* response) override;
  grpc::Status Purge(grpc::ServerContext* context,
                     const v1::PurgeRequest* request,
                     v1::PurgeResponse* response) override;
  grpc::Status DeletePristineVolume(
      grpc::ServerContext* context,
      const v1::DeletePristineVolumeRequest* request,
      v1::DeletePristineVolumeResponse* response) override;
  grpc::Status ForgetPool(grpc::ServerContext* context,
                          const v1::ForgetPoolRequest* request,
                          v1::ForgetPoolResponse* response) override;

 private:
  rpc::Calls& calls_;
  const Admin admin_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ADMIN_SERVICE_H_
