#include "controller/not_offered_service.h"

#include "absl/strings/str_cat.h"

namespace holdfast::controller {
namespace {

absl::Status NotOffered(Operation& operation) {
  return absl::UnimplementedError(absl::StrCat(
      operation.name(),
      " is not offered; see ControllerGetCapabilities for what is"));
}

}  // namespace

grpc::Status NotOfferedService::ControllerModifyVolume(
    grpc::ServerContext* context,
    const csi::v1::ControllerModifyVolumeRequest* request,
    csi::v1::ControllerModifyVolumeResponse*) {
  return calls_.Run("ControllerModifyVolume", *context, *request, NotOffered);
}

grpc::Status NotOfferedService::ControllerListVolumeHealth(
    grpc::ServerContext* context,
    const csi::v1::ControllerListVolumeHealthRequest* request,
    csi::v1::ControllerListVolumeHealthResponse*) {
  return calls_.Run("ControllerListVolumeHealth", *context, *request,
                    NotOffered);
}

grpc::Status NotOfferedService::ControllerGetVolumeHealth(
    grpc::ServerContext* context,
    const csi::v1::ControllerGetVolumeHealthRequest* request,
    csi::v1::ControllerGetVolumeHealthResponse*) {
  return calls_.Run("ControllerGetVolumeHealth", *context, *request,
                    NotOffered);
}

}  // namespace holdfast::controller
