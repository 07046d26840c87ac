#include "node/validate.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "backend/convert_csi.h"
#include "backend/csi_limits.h"
#include "base/status.h"

namespace holdfast::node {
namespace {

// Of the kernel: PATH_MAX less its NUL, and less what we append to a staging
// path; NAME_MAX (linux/limits.h).
constexpr size_t kMaxPathBytes = 4095 - 32;
constexpr size_t kMaxNameBytes = 255;
constexpr char kEphemeral[] = "csi.storage.k8s.io/ephemeral";

absl::Status Require(const std::string& value, const char* field) {
  if (!value.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, " is missing; every call needs it"));
}

absl::Status BadPath(const char* field, const char* rule) {
  return absl::InvalidArgumentError(
      absl::StrCat(field, " ", rule, "; send another path"));
}

// The path without empty and "." components.
absl::StatusOr<std::string> NormalPath(const std::string& path,
                                       const char* field) {
  RETURN_IF_ERROR(Require(path, field));
  if (path.front() != '/') return BadPath(field, "must be absolute");
  if (path.size() > kMaxPathBytes) return BadPath(field, "is too long");
  if (absl::StrContains(path, '\0')) return BadPath(field, "holds a NUL byte");
  std::vector<std::string> parts;
  for (const auto part : absl::StrSplit(path, '/')) {
    if (part == "..") return BadPath(field, "must not hold \"..\"");
    if (part.size() > kMaxNameBytes) return BadPath(field, "is too long");
    if (!part.empty() && part != ".") parts.emplace_back(part);
  }
  if (parts.empty()) return BadPath(field, "must not be the root directory");
  return absl::StrCat("/", absl::StrJoin(parts, "/"));
}

// Where a caller believes the volume to be. At a relative path is none, which
// is not a mistake (csi-sanity asks about "some/path").
absl::StatusOr<std::string> VolumePath(const std::string& path) {
  RETURN_IF_ERROR(Require(path, "volume_path"));
  if (path.front() != '/') return path;
  return NormalPath(path, "volume_path");
}

absl::StatusOr<MountFlags> FlagsOf(
    const csi::v1::VolumeCapability& capability) {
  const auto& flags = capability.mount().mount_flags();
  return ParseMountFlags({flags.begin(), flags.end()});
}

absl::StatusOr<Capability> CapabilityOf(
    const csi::v1::VolumeCapability& message) {
  ASSIGN_OR_RETURN(auto capability, backend::FromCsi(message));
  if (capability.mount_group.empty()) return capability;
  return absl::InvalidArgumentError(
      "volume_mount_group is not supported; leave it out (VOLUME_MOUNT_GROUP "
      "is not advertised)");
}

absl::Status RequireCapability(bool present) {
  if (present) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "volume_capability is missing; every call needs it");
}

absl::Status CheckStaged(const csi::v1::NodePublishVolumeRequest& request) {
  const auto ephemeral = request.volume_context().find(kEphemeral);
  if (ephemeral != request.volume_context().end() &&
      ephemeral->second == "true") {
    return absl::InvalidArgumentError(
        "inline ephemeral volumes are not supported yet; use a generic "
        "ephemeral volume (volumeClaimTemplate) instead");
  }
  if (!request.staging_target_path().empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "staging_target_path is missing; stage the volume and send the path "
      "(STAGE_UNSTAGE_VOLUME is advertised)");
}

}  // namespace

absl::StatusOr<StageSpec> ValidateStage(
    const csi::v1::NodeStageVolumeRequest& request) {
  StageSpec spec{.volume_id = request.volume_id()};
  RETURN_IF_ERROR(Require(spec.volume_id, "volume_id"));
  ASSIGN_OR_RETURN(spec.staging_path, NormalPath(request.staging_target_path(),
                                                 "staging_target_path"));
  RETURN_IF_ERROR(RequireCapability(request.has_volume_capability()));
  RETURN_IF_ERROR(backend::CheckLimits(request));
  ASSIGN_OR_RETURN(spec.capability, CapabilityOf(request.volume_capability()));
  ASSIGN_OR_RETURN(spec.flags, FlagsOf(request.volume_capability()));
  return spec;
}

absl::StatusOr<UnstageSpec> ValidateUnstage(
    const csi::v1::NodeUnstageVolumeRequest& request) {
  UnstageSpec spec{.volume_id = request.volume_id()};
  RETURN_IF_ERROR(Require(spec.volume_id, "volume_id"));
  ASSIGN_OR_RETURN(spec.staging_path, NormalPath(request.staging_target_path(),
                                                 "staging_target_path"));
  RETURN_IF_ERROR(backend::CheckLimits(request));
  return spec;
}

absl::StatusOr<PublishSpec> ValidatePublish(
    const csi::v1::NodePublishVolumeRequest& request) {
  PublishSpec spec{.volume_id = request.volume_id()};
  RETURN_IF_ERROR(Require(spec.volume_id, "volume_id"));
  ASSIGN_OR_RETURN(spec.target_path,
                   NormalPath(request.target_path(), "target_path"));
  RETURN_IF_ERROR(RequireCapability(request.has_volume_capability()));
  RETURN_IF_ERROR(backend::CheckLimits(request));
  ASSIGN_OR_RETURN(spec.capability, CapabilityOf(request.volume_capability()));
  ASSIGN_OR_RETURN(spec.flags, FlagsOf(request.volume_capability()));
  RETURN_IF_ERROR(CheckStaged(request));
  ASSIGN_OR_RETURN(spec.staging_path, NormalPath(request.staging_target_path(),
                                                 "staging_target_path"));
  spec.read_only = request.readonly() ||
                   backend::IsReaderOnly(spec.capability.access_mode) ||
                   spec.flags.attributes.read_only;
  return spec;
}

absl::StatusOr<UnpublishSpec> ValidateUnpublish(
    const csi::v1::NodeUnpublishVolumeRequest& request) {
  UnpublishSpec spec{.volume_id = request.volume_id()};
  RETURN_IF_ERROR(Require(spec.volume_id, "volume_id"));
  ASSIGN_OR_RETURN(spec.target_path,
                   NormalPath(request.target_path(), "target_path"));
  RETURN_IF_ERROR(backend::CheckLimits(request));
  return spec;
}

absl::StatusOr<ExpandSpec> ValidateExpand(
    const csi::v1::NodeExpandVolumeRequest& request) {
  ExpandSpec spec{.volume_id = request.volume_id()};
  RETURN_IF_ERROR(Require(spec.volume_id, "volume_id"));
  ASSIGN_OR_RETURN(spec.volume_path, VolumePath(request.volume_path()));
  RETURN_IF_ERROR(backend::CheckLimits(request));
  ASSIGN_OR_RETURN(spec.capacity, backend::FromCsi(request.capacity_range()));
  if (!request.has_volume_capability()) return spec;
  ASSIGN_OR_RETURN(const Capability capability,
                   CapabilityOf(request.volume_capability()));
  RETURN_IF_ERROR(FlagsOf(request.volume_capability()).status());
  spec.access_type = capability.access_type;
  return spec;
}

absl::StatusOr<StatsSpec> ValidateStats(
    const csi::v1::NodeGetVolumeStatsRequest& request) {
  StatsSpec spec{.volume_id = request.volume_id()};
  RETURN_IF_ERROR(Require(spec.volume_id, "volume_id"));
  ASSIGN_OR_RETURN(spec.volume_path, VolumePath(request.volume_path()));
  RETURN_IF_ERROR(backend::CheckLimits(request));
  return spec;
}

}  // namespace holdfast::node
