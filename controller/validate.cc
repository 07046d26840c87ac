#include "controller/validate.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "backend/csi_limits.h"
#include "base/status.h"
#include "controller/access.h"
#include "controller/convert_requests.h"
#include "controller/list_token.h"
#include "controller/names.h"

namespace holdfast::controller {
namespace {

using backend::CheckLimits;

absl::Status Missing(const char* field) {
  return absl::InvalidArgumentError(
      absl::StrCat(field, " is missing; send one"));
}

absl::Status Require(const char* field, const std::string& value) {
  return value.empty() ? Missing(field) : absl::OkStatus();
}

// The one field that the request is about, checked.
template <typename Request>
absl::StatusOr<std::string> ParseOneId(const Request& request,
                                       const char* field,
                                       const std::string& id) {
  RETURN_IF_ERROR(Require(field, id));
  RETURN_IF_ERROR(CheckLimits(request));
  return id;
}

// At least one capability, all of which one volume can have.
absl::StatusOr<std::vector<Capability>> ParseCapabilities(
    const CsiCapabilities& messages) {
  if (messages.empty()) return Missing("volume_capabilities");
  ASSIGN_OR_RETURN(auto capabilities, FromCsi(messages));
  RETURN_IF_ERROR(CheckTogether(capabilities));
  return capabilities;
}

absl::StatusOr<backend::PageRequest> ParsePage(int max_entries,
                                               const std::string& token,
                                               IdKind kind) {
  if (max_entries < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("max_entries is ", max_entries,
                     "; send zero (all) or how many you want"));
  }
  RETURN_IF_ERROR(CheckToken(token, kind));
  return backend::PageRequest{.after = token, .max_entries = max_entries};
}

std::string Find(const CsiMap& map, const char* key) {
  const auto it = map.find(key);
  return it == map.end() ? "" : it->second;
}

// StorageClass parameters, with mutable ones over them (CSI spec,
// CreateVolumeRequest.mutable_parameters).
std::map<std::string, std::string> Effective(const CsiMap& parameters,
                                             const CsiMap& mutable_parameters) {
  auto effective = OwnKeys(mutable_parameters);
  effective.merge(OwnKeys(parameters));
  return effective;
}

}  // namespace

absl::StatusOr<CreateVolumeArgs> Parse(
    const csi::v1::CreateVolumeRequest& request) {
  RETURN_IF_ERROR(CheckName(request.name()));
  RETURN_IF_ERROR(CheckLimits(request));
  ASSIGN_OR_RETURN(const auto capabilities,
                   ParseCapabilities(request.volume_capabilities()));
  for (const auto& each : capabilities) RETURN_IF_ERROR(CheckOffered(each));
  CreateVolumeArgs args;
  args.spec.name = request.name();
  ASSIGN_OR_RETURN(args.spec.capacity, FromCsi(request.capacity_range()));
  args.spec.access_type = capabilities.front().access_type;
  args.spec.fs_type = FsTypeOf(capabilities);
  if (request.has_volume_content_source()) {
    ASSIGN_OR_RETURN(args.spec.source,
                     FromCsi(request.volume_content_source()));
  }
  const auto& parameters = request.parameters();
  args.spec.parameters = Effective(parameters, request.mutable_parameters());
  args.spec.claim_namespace =
      Find(parameters, "csi.storage.k8s.io/pvc/namespace");
  args.spec.claim_name = Find(parameters, "csi.storage.k8s.io/pvc/name");
  args.spec.persistent_volume_name =
      Find(parameters, "csi.storage.k8s.io/pv/name");
  args.topology = FromCsi(request.accessibility_requirements());
  return args;
}

absl::StatusOr<std::string> Parse(const csi::v1::DeleteVolumeRequest& request) {
  return ParseOneId(request, "volume_id", request.volume_id());
}

absl::StatusOr<PublishArgs> Parse(
    const csi::v1::ControllerPublishVolumeRequest& request) {
  RETURN_IF_ERROR(Require("volume_id", request.volume_id()));
  RETURN_IF_ERROR(Require("node_id", request.node_id()));
  if (!request.has_volume_capability()) return Missing("volume_capability");
  RETURN_IF_ERROR(CheckLimits(request));
  ASSIGN_OR_RETURN(auto capability, FromCsi(request.volume_capability()));
  RETURN_IF_ERROR(CheckOffered(capability));
  return PublishArgs{.volume_id = request.volume_id(),
                     .node_id = request.node_id(),
                     .capability = std::move(capability),
                     .read_only = request.readonly()};
}

absl::StatusOr<UnpublishArgs> Parse(
    const csi::v1::ControllerUnpublishVolumeRequest& request) {
  RETURN_IF_ERROR(Require("volume_id", request.volume_id()));
  RETURN_IF_ERROR(CheckLimits(request));
  return UnpublishArgs{.volume_id = request.volume_id(),
                       .node_id = request.node_id()};
}

absl::StatusOr<ConfirmArgs> Parse(
    const csi::v1::ValidateVolumeCapabilitiesRequest& request) {
  RETURN_IF_ERROR(Require("volume_id", request.volume_id()));
  if (request.volume_capabilities().empty()) {
    return Missing("volume_capabilities");
  }
  RETURN_IF_ERROR(CheckLimits(request));
  ASSIGN_OR_RETURN(auto capabilities, FromCsi(request.volume_capabilities()));
  return ConfirmArgs{.volume_id = request.volume_id(),
                     .capabilities = std::move(capabilities),
                     .parameters = Effective(request.parameters(),
                                             request.mutable_parameters()),
                     .volume_context = OwnKeys(request.volume_context())};
}

absl::StatusOr<ListVolumesArgs> Parse(
    const csi::v1::ListVolumesRequest& request) {
  ASSIGN_OR_RETURN(auto page,
                   ParsePage(request.max_entries(), request.starting_token(),
                             IdKind::kVolume));
  return ListVolumesArgs{.page = std::move(page)};
}

absl::StatusOr<CapacityArgs> Parse(const csi::v1::GetCapacityRequest& request) {
  RETURN_IF_ERROR(CheckLimits(request));
  CapacityArgs args;
  ASSIGN_OR_RETURN(args.capabilities, FromCsi(request.volume_capabilities()));
  RETURN_IF_ERROR(CheckTogether(args.capabilities));
  if (!args.capabilities.empty()) {
    args.query.access_type = args.capabilities.front().access_type;
  }
  args.query.fs_type = FsTypeOf(args.capabilities);
  args.query.parameters = OwnKeys(request.parameters());
  args.topology = FromCsi(request.accessible_topology());
  return args;
}

absl::StatusOr<ExpandArgs> Parse(
    const csi::v1::ControllerExpandVolumeRequest& request) {
  RETURN_IF_ERROR(Require("volume_id", request.volume_id()));
  ExpandArgs args{.volume_id = request.volume_id()};
  ASSIGN_OR_RETURN(args.capacity, FromCsi(request.capacity_range()));
  if (args.capacity == backend::CapacityRange()) {
    return Missing("capacity_range");
  }
  RETURN_IF_ERROR(CheckLimits(request));
  if (request.has_volume_capability()) {
    ASSIGN_OR_RETURN(args.capabilities.emplace_back(),
                     FromCsi(request.volume_capability()));
  }
  return args;
}

absl::StatusOr<std::string> Parse(
    const csi::v1::ControllerGetVolumeRequest& request) {
  return ParseOneId(request, "volume_id", request.volume_id());
}

absl::StatusOr<CreateSnapshotArgs> Parse(
    const csi::v1::CreateSnapshotRequest& request) {
  RETURN_IF_ERROR(CheckName(request.name()));
  RETURN_IF_ERROR(Require("source_volume_id", request.source_volume_id()));
  RETURN_IF_ERROR(CheckLimits(request));
  return CreateSnapshotArgs{
      .spec = {.name = request.name(),
               .source_volume_id = request.source_volume_id(),
               .parameters = OwnKeys(request.parameters())},
      .topology = FromCsi(request.accessibility_requirements())};
}

absl::StatusOr<std::string> Parse(
    const csi::v1::DeleteSnapshotRequest& request) {
  return ParseOneId(request, "snapshot_id", request.snapshot_id());
}

absl::StatusOr<ListSnapshotsArgs> Parse(
    const csi::v1::ListSnapshotsRequest& request) {
  ASSIGN_OR_RETURN(auto page,
                   ParsePage(request.max_entries(), request.starting_token(),
                             IdKind::kSnapshot));
  RETURN_IF_ERROR(CheckLimits(request));
  return ListSnapshotsArgs{
      .filter = {.snapshot_id = request.snapshot_id(),
                 .source_volume_id = request.source_volume_id()},
      .page = std::move(page)};
}

absl::StatusOr<std::string> Parse(const csi::v1::GetSnapshotRequest& request) {
  return ParseOneId(request, "snapshot_id", request.snapshot_id());
}

}  // namespace holdfast::controller
