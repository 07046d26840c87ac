#include "node/node_service.h"

#include "base/status.h"
#include "node/convert.h"
#include "node/validate.h"

namespace holdfast::node {
namespace {

absl::Status NotOffered() {
  return absl::UnimplementedError(
      "volume health is not offered; see NodeGetCapabilities for what is");
}

}  // namespace

grpc::Status NodeService::NodeStageVolume(
    grpc::ServerContext* context,
    const csi::v1::NodeStageVolumeRequest* request,
    csi::v1::NodeStageVolumeResponse*) {
  return calls_.Run("NodeStageVolume", *context, *request,
                    [&](Operation& operation) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto spec,
                                       ValidateStage(*request));
                      return staging_.Stage(spec, operation);
                    });
}

grpc::Status NodeService::NodeUnstageVolume(
    grpc::ServerContext* context,
    const csi::v1::NodeUnstageVolumeRequest* request,
    csi::v1::NodeUnstageVolumeResponse*) {
  return calls_.Run("NodeUnstageVolume", *context, *request,
                    [&](Operation& operation) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto spec,
                                       ValidateUnstage(*request));
                      return staging_.Unstage(spec, operation);
                    });
}

grpc::Status NodeService::NodePublishVolume(
    grpc::ServerContext* context,
    const csi::v1::NodePublishVolumeRequest* request,
    csi::v1::NodePublishVolumeResponse*) {
  return calls_.Run("NodePublishVolume", *context, *request,
                    [&](Operation& operation) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto spec,
                                       ValidatePublish(*request));
                      return publish_.Run(spec, operation);
                    });
}

grpc::Status NodeService::NodeUnpublishVolume(
    grpc::ServerContext* context,
    const csi::v1::NodeUnpublishVolumeRequest* request,
    csi::v1::NodeUnpublishVolumeResponse*) {
  return calls_.Run("NodeUnpublishVolume", *context, *request,
                    [&](Operation& operation) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto spec,
                                       ValidateUnpublish(*request));
                      return unpublish_.Run(spec, operation);
                    });
}

grpc::Status NodeService::NodeExpandVolume(
    grpc::ServerContext* context,
    const csi::v1::NodeExpandVolumeRequest* request,
    csi::v1::NodeExpandVolumeResponse* response) {
  return calls_.Run("NodeExpandVolume", *context, *request,
                    [&](Operation& operation) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto spec,
                                       ValidateExpand(*request));
                      ASSIGN_OR_RETURN(const int64_t size_bytes,
                                       expand_.Run(spec, operation));
                      response->set_capacity_bytes(size_bytes);
                      return absl::OkStatus();
                    });
}

grpc::Status NodeService::NodeGetVolumeStats(
    grpc::ServerContext* context,
    const csi::v1::NodeGetVolumeStatsRequest* request,
    csi::v1::NodeGetVolumeStatsResponse* response) {
  return calls_.Run(
      "NodeGetVolumeStats", *context, *request,
      [&](Operation& operation) -> absl::Status {
        ASSIGN_OR_RETURN(const auto spec, ValidateStats(*request));
        ASSIGN_OR_RETURN(const Stats stats, stats_.Read(spec, operation));
        *response = ToResponse(stats);
        return absl::OkStatus();
      });
}

grpc::Status NodeService::NodeGetInfo(
    grpc::ServerContext* context, const csi::v1::NodeGetInfoRequest* request,
    csi::v1::NodeGetInfoResponse* response) {
  return calls_.Run("NodeGetInfo", *context, *request, [&](Operation&) {
    *response = NodeInfo(options_.node);
    return absl::OkStatus();
  });
}

grpc::Status NodeService::NodeGetCapabilities(
    grpc::ServerContext* context,
    const csi::v1::NodeGetCapabilitiesRequest* request,
    csi::v1::NodeGetCapabilitiesResponse* response) {
  return calls_.Run("NodeGetCapabilities", *context, *request, [&](Operation&) {
    *response = NodeCapabilities();
    return absl::OkStatus();
  });
}

grpc::Status NodeService::NodeGetVolumeHealth(
    grpc::ServerContext* context,
    const csi::v1::NodeGetVolumeHealthRequest* request,
    csi::v1::NodeGetVolumeHealthResponse*) {
  return calls_.Run("NodeGetVolumeHealth", *context, *request,
                    [](Operation&) { return NotOffered(); });
}

grpc::Status NodeService::NodeGetStorageHealth(
    grpc::ServerContext* context,
    const csi::v1::NodeGetStorageHealthRequest* request,
    csi::v1::NodeGetStorageHealthResponse*) {
  return calls_.Run("NodeGetStorageHealth", *context, *request,
                    [](Operation&) { return NotOffered(); });
}

}  // namespace holdfast::node
