#include "controller/router/router_service.h"

#include "base/status.h"
#include "controller/convert_capabilities.h"
#include "controller/router/gather.h"
#include "controller/validate.h"

namespace holdfast::controller {
namespace {

using Stub = csi::v1::Controller::StubInterface;

// Validates the request and runs `act` on what it asks for.
template <typename Request, typename Act>
absl::Status WithArgs(const Request& request, Act act) {
  ASSIGN_OR_RETURN(const auto args, Parse(request));
  return act(args);
}

// Sends a request about `id` to the agent that has it.
template <typename Request, typename Response>
absl::Status Forward(const Hop& hop, const std::string& id,
                     Method<Stub, Request, Response> method,
                     const Request& request, Response& response) {
  RETURN_IF_ERROR(Parse(request).status());
  ASSIGN_OR_RETURN(const auto agent, hop.agents.ForId(id, hop.operation));
  return CallAgent(hop, *agent, method, request, response);
}

// What does not exist is deleted, and not published.
absl::Status GoneIsFine(const absl::Status& status) {
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

}  // namespace

grpc::Status RouterService::CreateVolume(
    grpc::ServerContext* context, const csi::v1::CreateVolumeRequest* request,
    csi::v1::CreateVolumeResponse* response) {
  return calls_.Run("CreateVolume", *context, *request, [&](Operation& op) {
    return WithArgs(*request, [&](const auto& args) {
      return placement_.Place({*context, op, agents_}, args, *request,
                              *response);
    });
  });
}

grpc::Status RouterService::DeleteVolume(
    grpc::ServerContext* context, const csi::v1::DeleteVolumeRequest* request,
    csi::v1::DeleteVolumeResponse* response) {
  return calls_.Run("DeleteVolume", *context, *request, [&](Operation& op) {
    return GoneIsFine(Forward({*context, op, agents_}, request->volume_id(),
                              &Stub::DeleteVolume, *request, *response));
  });
}

grpc::Status RouterService::ControllerPublishVolume(
    grpc::ServerContext* context,
    const csi::v1::ControllerPublishVolumeRequest* request,
    csi::v1::ControllerPublishVolumeResponse* response) {
  return calls_.Run(
      "ControllerPublishVolume", *context, *request, [&](Operation& op) {
        return Forward({*context, op, agents_}, request->volume_id(),
                       &Stub::ControllerPublishVolume, *request, *response);
      });
}

grpc::Status RouterService::ControllerUnpublishVolume(
    grpc::ServerContext* context,
    const csi::v1::ControllerUnpublishVolumeRequest* request,
    csi::v1::ControllerUnpublishVolumeResponse* response) {
  return calls_.Run(
      "ControllerUnpublishVolume", *context, *request, [&](Operation& op) {
        return GoneIsFine(Forward({*context, op, agents_}, request->volume_id(),
                                  &Stub::ControllerUnpublishVolume, *request,
                                  *response));
      });
}

grpc::Status RouterService::ValidateVolumeCapabilities(
    grpc::ServerContext* context,
    const csi::v1::ValidateVolumeCapabilitiesRequest* request,
    csi::v1::ValidateVolumeCapabilitiesResponse* response) {
  return calls_.Run(
      "ValidateVolumeCapabilities", *context, *request, [&](Operation& op) {
        return Forward({*context, op, agents_}, request->volume_id(),
                       &Stub::ValidateVolumeCapabilities, *request, *response);
      });
}

grpc::Status RouterService::ListVolumes(
    grpc::ServerContext* context, const csi::v1::ListVolumesRequest* request,
    csi::v1::ListVolumesResponse* response) {
  return calls_.Run("ListVolumes", *context, *request, [&](Operation& op) {
    return WithArgs(*request, [&](const auto&) {
      return GatherVolumes({*context, op, agents_}, *request, *response);
    });
  });
}

grpc::Status RouterService::GetCapacity(
    grpc::ServerContext* context, const csi::v1::GetCapacityRequest* request,
    csi::v1::GetCapacityResponse* response) {
  return calls_.Run("GetCapacity", *context, *request, [&](Operation& op) {
    return WithArgs(*request, [&](const auto& args) {
      return GatherCapacity({*context, op, agents_}, args, *request, *response);
    });
  });
}

grpc::Status RouterService::ControllerGetCapabilities(
    grpc::ServerContext* context,
    const csi::v1::ControllerGetCapabilitiesRequest* request,
    csi::v1::ControllerGetCapabilitiesResponse* response) {
  return calls_.Run("ControllerGetCapabilities", *context, *request,
                    [&](Operation&) {
                      FillCapabilities(*response);
                      return absl::OkStatus();
                    });
}

grpc::Status RouterService::CreateSnapshot(
    grpc::ServerContext* context, const csi::v1::CreateSnapshotRequest* request,
    csi::v1::CreateSnapshotResponse* response) {
  return calls_.Run("CreateSnapshot", *context, *request, [&](Operation& op) {
    return Forward({*context, op, agents_}, request->source_volume_id(),
                   &Stub::CreateSnapshot, *request, *response);
  });
}

grpc::Status RouterService::DeleteSnapshot(
    grpc::ServerContext* context, const csi::v1::DeleteSnapshotRequest* request,
    csi::v1::DeleteSnapshotResponse* response) {
  return calls_.Run("DeleteSnapshot", *context, *request, [&](Operation& op) {
    return GoneIsFine(Forward({*context, op, agents_}, request->snapshot_id(),
                              &Stub::DeleteSnapshot, *request, *response));
  });
}

grpc::Status RouterService::ListSnapshots(
    grpc::ServerContext* context, const csi::v1::ListSnapshotsRequest* request,
    csi::v1::ListSnapshotsResponse* response) {
  return calls_.Run("ListSnapshots", *context, *request, [&](Operation& op) {
    return WithArgs(*request, [&](const auto&) {
      return GatherSnapshots({*context, op, agents_}, *request, *response);
    });
  });
}

grpc::Status RouterService::GetSnapshot(
    grpc::ServerContext* context, const csi::v1::GetSnapshotRequest* request,
    csi::v1::GetSnapshotResponse* response) {
  return calls_.Run("GetSnapshot", *context, *request, [&](Operation& op) {
    return Forward({*context, op, agents_}, request->snapshot_id(),
                   &Stub::GetSnapshot, *request, *response);
  });
}

grpc::Status RouterService::ControllerExpandVolume(
    grpc::ServerContext* context,
    const csi::v1::ControllerExpandVolumeRequest* request,
    csi::v1::ControllerExpandVolumeResponse* response) {
  return calls_.Run(
      "ControllerExpandVolume", *context, *request, [&](Operation& op) {
        return Forward({*context, op, agents_}, request->volume_id(),
                       &Stub::ControllerExpandVolume, *request, *response);
      });
}

grpc::Status RouterService::ControllerGetVolume(
    grpc::ServerContext* context,
    const csi::v1::ControllerGetVolumeRequest* request,
    csi::v1::ControllerGetVolumeResponse* response) {
  return calls_.Run(
      "ControllerGetVolume", *context, *request, [&](Operation& op) {
        return Forward({*context, op, agents_}, request->volume_id(),
                       &Stub::ControllerGetVolume, *request, *response);
      });
}

}  // namespace holdfast::controller
