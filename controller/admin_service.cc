#include "controller/admin_service.h"

#include "base/status.h"
#include "controller/convert_admin.h"

namespace holdfast::controller {
namespace {

// Lists the page that is asked for.
template <typename Request, typename Response, typename List>
absl::Status AnswerPage(const Request& request, Response& response, List list) {
  ASSIGN_OR_RETURN(const auto page, ParsePage(request));
  ASSIGN_OR_RETURN(const auto answer, list(page));
  Fill(answer, response);
  return absl::OkStatus();
}

}  // namespace

grpc::Status AdminService::ListPools(grpc::ServerContext* context,
                                     const v1::ListPoolsRequest* request,
                                     v1::ListPoolsResponse* response) {
  return calls_.Run("AdminListPools", *context, *request, [&](Operation&) {
    Fill(admin_.Pools(), *response);
    return absl::OkStatus();
  });
}

grpc::Status AdminService::ListVolumes(grpc::ServerContext* context,
                                       const v1::ListVolumesRequest* request,
                                       v1::ListVolumesResponse* response) {
  return calls_.Run("AdminListVolumes", *context, *request, [&](Operation&) {
    return AnswerPage(*request, *response,
                      [&](const auto& page) { return admin_.Volumes(page); });
  });
}

grpc::Status AdminService::ListSnapshots(
    grpc::ServerContext* context, const v1::ListSnapshotsRequest* request,
    v1::ListSnapshotsResponse* response) {
  return calls_.Run("AdminListSnapshots", *context, *request, [&](Operation&) {
    return AnswerPage(*request, *response,
                      [&](const auto& page) { return admin_.Snapshots(page); });
  });
}

grpc::Status AdminService::ListTrash(grpc::ServerContext* context,
                                     const v1::ListTrashRequest* request,
                                     v1::ListTrashResponse* response) {
  return calls_.Run("AdminListTrash", *context, *request, [&](Operation&) {
    return AnswerPage(*request, *response,
                      [&](const auto& page) { return admin_.Trash(page); });
  });
}

grpc::Status AdminService::Undelete(grpc::ServerContext* context,
                                    const v1::UndeleteRequest* request,
                                    v1::UndeleteResponse* response) {
  return calls_.Run("AdminUndelete", *context, *request,
                    [&](Operation& operation) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto key,
                                       Required("key", request->key()));
                      ASSIGN_OR_RETURN(*response->mutable_id(),
                                       admin_.Undelete(key, operation));
                      return absl::OkStatus();
                    });
}

grpc::Status AdminService::Purge(grpc::ServerContext* context,
                                 const v1::PurgeRequest* request,
                                 v1::PurgeResponse* /*response*/) {
  return calls_.Run("AdminPurge", *context, *request,
                    [&](Operation& operation) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto key,
                                       Required("key", request->key()));
                      return admin_.Purge(key, operation);
                    });
}

grpc::Status AdminService::DeletePristineVolume(
    grpc::ServerContext* context,
    const v1::DeletePristineVolumeRequest* request,
    v1::DeletePristineVolumeResponse* /*response*/) {
  return calls_.Run("AdminDeletePristineVolume", *context, *request,
                    [&](Operation& operation) -> absl::Status {
                      ASSIGN_OR_RETURN(
                          const auto id,
                          Required("volume_id", request->volume_id()));
                      return admin_.DeletePristine(id, operation);
                    });
}

grpc::Status AdminService::ForgetPool(grpc::ServerContext* context,
                                      const v1::ForgetPoolRequest* request,
                                      v1::ForgetPoolResponse* /*response*/) {
  return calls_.Run("AdminForgetPool", *context, *request, [](Operation&) {
    return absl::UnimplementedError(
        "pools are forgotten by the controller, not by a node that serves "
        "them; send this to the controller's endpoint");
  });
}

}  // namespace holdfast::controller
