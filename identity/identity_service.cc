#include "identity/identity_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "identity/driver_info.h"

namespace holdfast::identity {
namespace {

using csi::v1::PluginCapability;

absl::Status FillInfo(const Manifest& manifest,
                      csi::v1::GetPluginInfoResponse& response) {
  response.set_name(kDriverName);
  response.set_vendor_version(std::string(DriverVersion()));
  if (!manifest) return absl::OkStatus();
  const auto entries = manifest();
  response.mutable_manifest()->insert(entries.begin(), entries.end());
  return absl::OkStatus();
}

absl::Status FillCapabilities(
    csi::v1::GetPluginCapabilitiesResponse& response) {
  for (const auto type :
       {PluginCapability::Service::CONTROLLER_SERVICE,
        PluginCapability::Service::VOLUME_ACCESSIBILITY_CONSTRAINTS}) {
    response.add_capabilities()->mutable_service()->set_type(type);
  }
  for (const auto type : {PluginCapability::VolumeExpansion::ONLINE,
                          PluginCapability::VolumeExpansion::OFFLINE}) {
    response.add_capabilities()->mutable_volume_expansion()->set_type(type);
  }
  return absl::OkStatus();
}

absl::Status FillReadiness(const absl::Status& readiness,
                           csi::v1::ProbeResponse& response) {
  if (!readiness.ok() && !absl::IsUnavailable(readiness)) {
    return WithCode(readiness, absl::StatusCode::kFailedPrecondition);
  }
  response.mutable_ready()->set_value(readiness.ok());
  return absl::OkStatus();
}

}  // namespace

IdentityService::IdentityService(rpc::Calls& calls, Manifest manifest,
                                 rpc::Readiness readiness)
    : calls_(calls),
      manifest_(std::move(manifest)),
      readiness_(std::move(readiness)) {}

grpc::Status IdentityService::GetPluginInfo(
    grpc::ServerContext* context, const csi::v1::GetPluginInfoRequest* request,
    csi::v1::GetPluginInfoResponse* response) {
  return calls_.Run("GetPluginInfo", *context, *request,
                    [&](Operation&) { return FillInfo(manifest_, *response); });
}

grpc::Status IdentityService::GetPluginCapabilities(
    grpc::ServerContext* context,
    const csi::v1::GetPluginCapabilitiesRequest* request,
    csi::v1::GetPluginCapabilitiesResponse* response) {
  return calls_.Run("GetPluginCapabilities", *context, *request,
                    [&](Operation&) { return FillCapabilities(*response); });
}

grpc::Status IdentityService::Probe(grpc::ServerContext* context,
                                    const csi::v1::ProbeRequest* request,
                                    csi::v1::ProbeResponse* response) {
  return calls_.Run("Probe", *context, *request, [&](Operation&) {
    return FillReadiness(readiness_(), *response);
  });
}

}  // namespace holdfast::identity
