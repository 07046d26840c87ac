#include "controller/router/admin_router_service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "controller/router/admin_pools.h"
#include "controller/router/gather_list.h"
#include "controller/router/hop.h"

namespace holdfast::controller {
namespace {

using Stub = v1::Admin::StubInterface;

// Sends a request about an object with this id or key to its agent.
template <typename Request, typename Response>
absl::Status Forward(const Hop& hop, const std::string& key,
                     Method<Stub, Request, Response> method,
                     const Request& request, Response& response) {
  ASSIGN_OR_RETURN(
      const auto agent,
      hop.agents.ForId(key.substr(0, key.find('.')), hop.operation));
  return CallAgent(hop, *agent, method, request, response);
}

template <typename Request, typename Response>
absl::Status List(const Hop& hop, Method<Stub, Request, Response> method,
                  const Request& request, Response& response) {
  if (request.max_entries() < 0) {
    return absl::InvalidArgumentError(
        "max_entries is negative; give 0 for all or a number");
  }
  const std::string& token = request.starting_token();
  if (!token.empty() && !HomeOfKey(token)) {
    return absl::AbortedError(absl::StrCat(
        Quote(token), " is no token of this list; start from its beginning"));
  }
  ASSIGN_OR_RETURN(const auto pools, hop.agents.All(hop.operation));
  return GatherList(hop, pools, method, request, response);
}

}  // namespace

grpc::Status AdminRouterService::ListPools(grpc::ServerContext* context,
                                           const v1::ListPoolsRequest* request,
                                           v1::ListPoolsResponse* response) {
  return calls_.Run("AdminListPools", *context, *request, [&](Operation& op) {
    return ListAllPools({*context, op, agents_}, *response);
  });
}

grpc::Status AdminRouterService::ListVolumes(
    grpc::ServerContext* context, const v1::ListVolumesRequest* request,
    v1::ListVolumesResponse* response) {
  return calls_.Run("AdminListVolumes", *context, *request, [&](Operation& op) {
    return List({*context, op, agents_}, &Stub::ListVolumes, *request,
                *response);
  });
}

grpc::Status AdminRouterService::ListSnapshots(
    grpc::ServerContext* context, const v1::ListSnapshotsRequest* request,
    v1::ListSnapshotsResponse* response) {
  return calls_.Run("AdminListSnapshots", *context, *request,
                    [&](Operation& op) {
                      return List({*context, op, agents_}, &Stub::ListSnapshots,
                                  *request, *response);
                    });
}

grpc::Status AdminRouterService::ListTrash(grpc::ServerContext* context,
                                           const v1::ListTrashRequest* request,
                                           v1::ListTrashResponse* response) {
  return calls_.Run("AdminListTrash", *context, *request, [&](Operation& op) {
    return List({*context, op, agents_}, &Stub::ListTrash, *request, *response);
  });
}

grpc::Status AdminRouterService::Undelete(grpc::ServerContext* context,
                                          const v1::UndeleteRequest* request,
                                          v1::UndeleteResponse* response) {
  return calls_.Run("AdminUndelete", *context, *request, [&](Operation& op) {
    return Forward({*context, op, agents_}, request->key(), &Stub::Undelete,
                   *request, *response);
  });
}

grpc::Status AdminRouterService::Purge(grpc::ServerContext* context,
                                       const v1::PurgeRequest* request,
                                       v1::PurgeResponse* response) {
  return calls_.Run("AdminPurge", *context, *request, [&](Operation& op) {
    return Forward({*context, op, agents_}, request->key(), &Stub::Purge,
                   *request, *response);
  });
}

grpc::Status AdminRouterService::DeletePristineVolume(
    grpc::ServerContext* context,
    const v1::DeletePristineVolumeRequest* request,
    v1::DeletePristineVolumeResponse* response) {
  return calls_.Run(
      "AdminDeletePristineVolume", *context, *request, [&](Operation& op) {
        return Forward({*context, op, agents_}, request->volume_id(),
                       &Stub::DeletePristineVolume, *request, *response);
      });
}

grpc::Status AdminRouterService::ForgetPool(
    grpc::ServerContext* context, const v1::ForgetPoolRequest* request,
    v1::ForgetPoolResponse* /*response*/) {
  return calls_.Run("AdminForgetPool", *context, *request, [&](Operation& op) {
    return ForgetOnePool({*context, op, agents_}, *request);
  });
}

}  // namespace holdfast::controller
