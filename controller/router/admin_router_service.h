// The Admin service of all pools.

#ifndef HOLDFAST_CONTROLLER_ROUTER_ADMIN_ROUTER_SERVICE_H_
#define HOLDFAST_CONTROLLER_ROUTER_ADMIN_ROUTER_SERVICE_H_

#include "controller/router/agents.h"
#include "holdfast/v1/admin.grpc.pb.h"
#include "rpc/call.h"

namespace holdfast::controller {

// Forwards to the agents by the pool in ids and keys, and merges their lists as
// the CSI services do. Forgets pools. Tokens are not checked here: the agents
// do. `agents` and `calls` must outlive the service. Thread-safe.
class AdminRouterService final : public v1::Admin::Service {
 public:
  AdminRouterService(Agents& agents, rpc::Calls& calls)
      : agents_(agents), calls_(calls) {}

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
  Agents& agents_;
  rpc::Calls& calls_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_ADMIN_ROUTER_SERVICE_H_
