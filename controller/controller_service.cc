#include "controller/controller_service.h"

#include "base/status.h"
#include "controller/capacity.h"
#include "controller/confirmation.h"
#include "controller/convert_answers.h"
#include "controller/convert_capabilities.h"
#include "controller/validate.h"

namespace holdfast::controller {
namespace {

// Validates the request and runs `act` on what it asks for.
template <typename Request, typename Act>
absl::Status Do(const Request& request, Act act) {
  ASSIGN_OR_RETURN(const auto args, Parse(request));
  return act(args);
}

// The same for operations with an answer, which is filled into the response.
template <typename Request, typename Response, typename Act>
absl::Status Answer(const Request& request, Response& response, Act act) {
  ASSIGN_OR_RETURN(const auto args, Parse(request));
  ASSIGN_OR_RETURN(const auto answer, act(args));
  Fill(answer, response);
  return absl::OkStatus();
}

}  // namespace

grpc::Status ControllerService::CreateVolume(
    grpc::ServerContext* context, const csi::v1::CreateVolumeRequest* request,
    csi::v1::CreateVolumeResponse* response) {
  return calls_.Run("CreateVolume", *context, *request, [&](Operation& op) {
    return Answer(*request, *response, [&](const CreateVolumeArgs& args) {
      return volumes_.Create(args, op);
    });
  });
}

grpc::Status ControllerService::DeleteVolume(
    grpc::ServerContext* context, const csi::v1::DeleteVolumeRequest* request,
    csi::v1::DeleteVolumeResponse* /*response*/) {
  return calls_.Run("DeleteVolume", *context, *request, [&](Operation& op) {
    return Do(*request,
              [&](const std::string& id) { return volumes_.Delete(id, op); });
  });
}

grpc::Status ControllerService::ControllerPublishVolume(
    grpc::ServerContext* context,
    const csi::v1::ControllerPublishVolumeRequest* request,
    csi::v1::ControllerPublishVolumeResponse* /*response*/) {
  return calls_.Run("ControllerPublishVolume", *context, *request,
                    [&](Operation& op) {
                      return Do(*request, [&](const PublishArgs& args) {
                        return publications_.Publish(args, op);
                      });
                    });
}

grpc::Status ControllerService::ControllerUnpublishVolume(
    grpc::ServerContext* context,
    const csi::v1::ControllerUnpublishVolumeRequest* request,
    csi::v1::ControllerUnpublishVolumeResponse* /*response*/) {
  return calls_.Run("ControllerUnpublishVolume", *context, *request,
                    [&](Operation& op) {
                      return Do(*request, [&](const UnpublishArgs& args) {
                        return publications_.Unpublish(args, op);
                      });
                    });
}

grpc::Status ControllerService::ValidateVolumeCapabilities(
    grpc::ServerContext* context,
    const csi::v1::ValidateVolumeCapabilitiesRequest* request,
    csi::v1::ValidateVolumeCapabilitiesResponse* response) {
  return calls_.Run("ValidateVolumeCapabilities", *context, *request,
                    [&](Operation&) {
                      return Do(*request, [&](const ConfirmArgs& args) {
                        const auto answer = Confirm(args, pool_);
                        if (answer.ok()) Fill(*answer, *request, *response);
                        return answer.status();
                      });
                    });
}

grpc::Status ControllerService::ListVolumes(
    grpc::ServerContext* context, const csi::v1::ListVolumesRequest* request,
    csi::v1::ListVolumesResponse* response) {
  return calls_.Run("ListVolumes", *context, *request, [&](Operation&) {
    return Answer(*request, *response, [&](const ListVolumesArgs& args) {
      return lists_.Volumes(args);
    });
  });
}

grpc::Status ControllerService::GetCapacity(
    grpc::ServerContext* context, const csi::v1::GetCapacityRequest* request,
    csi::v1::GetCapacityResponse* response) {
  return calls_.Run("GetCapacity", *context, *request, [&](Operation&) {
    return Answer(*request, *response, [&](const CapacityArgs& args) {
      return CapacityFor(args, pool_);
    });
  });
}

grpc::Status ControllerService::ControllerGetCapabilities(
    grpc::ServerContext* context,
    const csi::v1::ControllerGetCapabilitiesRequest* request,
    csi::v1::ControllerGetCapabilitiesResponse* response) {
  return calls_.Run("ControllerGetCapabilities", *context, *request,
                    [&](Operation&) {
                      FillCapabilities(*response);
                      return absl::OkStatus();
                    });
}

grpc::Status ControllerService::CreateSnapshot(
    grpc::ServerContext* context, const csi::v1::CreateSnapshotRequest* request,
    csi::v1::CreateSnapshotResponse* response) {
  return calls_.Run("CreateSnapshot", *context, *request, [&](Operation& op) {
    return Answer(*request, *response, [&](const CreateSnapshotArgs& args) {
      return snapshots_.Create(args, op);
    });
  });
}

grpc::Status ControllerService::DeleteSnapshot(
    grpc::ServerContext* context, const csi::v1::DeleteSnapshotRequest* request,
    csi::v1::DeleteSnapshotResponse* /*response*/) {
  return calls_.Run("DeleteSnapshot", *context, *request, [&](Operation& op) {
    return Do(*request,
              [&](const std::string& id) { return snapshots_.Delete(id, op); });
  });
}

grpc::Status ControllerService::ListSnapshots(
    grpc::ServerContext* context, const csi::v1::ListSnapshotsRequest* request,
    csi::v1::ListSnapshotsResponse* response) {
  return calls_.Run("ListSnapshots", *context, *request, [&](Operation&) {
    return Answer(*request, *response, [&](const ListSnapshotsArgs& args) {
      return lists_.Snapshots(args);
    });
  });
}

grpc::Status ControllerService::GetSnapshot(
    grpc::ServerContext* context, const csi::v1::GetSnapshotRequest* request,
    csi::v1::GetSnapshotResponse* response) {
  return calls_.Run("GetSnapshot", *context, *request, [&](Operation&) {
    return Answer(*request, *response,
                  [&](const std::string& id) { return snapshots_.Get(id); });
  });
}

grpc::Status ControllerService::ControllerExpandVolume(
    grpc::ServerContext* context,
    const csi::v1::ControllerExpandVolumeRequest* request,
    csi::v1::ControllerExpandVolumeResponse* response) {
  return calls_.Run(
      "ControllerExpandVolume", *context, *request, [&](Operation& op) {
        return Answer(*request, *response, [&](const ExpandArgs& args) {
          return expansion_.Expand(args, op);
        });
      });
}

grpc::Status ControllerService::ControllerGetVolume(
    grpc::ServerContext* context,
    const csi::v1::ControllerGetVolumeRequest* request,
    csi::v1::ControllerGetVolumeResponse* response) {
  return calls_.Run("ControllerGetVolume", *context, *request, [&](Operation&) {
    return Answer(*request, *response,
                  [&](const std::string& id) { return lists_.Volume(id); });
  });
}

}  // namespace holdfast::controller
