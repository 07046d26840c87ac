#include "node/validate.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace holdfast::node {
namespace {

using backend::AccessType;

constexpr size_t kMaxPathBytes = 4095;  // PATH_MAX less its NUL
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
    if (!part.empty() && part != ".") parts.emplace_back(part);
  }
  if (parts.empty()) return BadPath(field, "must not be the root directory");
  return absl::StrCat("/", absl::StrJoin(parts, "/"));
}

absl::StatusOr<backend::AccessMode> ToAccessMode(
    const csi::v1::VolumeCapability& capability) {
  const int mode = capability.access_mode().mode();
  if (mode >= static_cast<int>(backend::AccessMode::kSingleNodeWriter) &&
      mode <= static_cast<int>(backend::AccessMode::kSingleNodeMultiWriter)) {
    return static_cast<backend::AccessMode>(mode);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the access mode of volume_capability is missing or unknown (", mode,
      "); send one of csi.v1.VolumeCapability.AccessMode"));
}

absl::StatusOr<AccessType> ToAccessType(
    const csi::v1::VolumeCapability& capability) {
  if (capability.has_mount()) return AccessType::kMount;
  if (capability.has_block()) return AccessType::kBlock;
  return absl::InvalidArgumentError(
      "volume_capability has no access type; send mount or block");
}

absl::StatusOr<Capability> ToCapability(
    const csi::v1::VolumeCapability& capability) {
  Capability result;
  ASSIGN_OR_RETURN(result.access_type, ToAccessType(capability));
  ASSIGN_OR_RETURN(result.access_mode, ToAccessMode(capability));
  const auto& mount = capability.mount();
  if (!mount.volume_mount_group().empty()) {
    return absl::InvalidArgumentError(
        "volume_mount_group is not supported; leave it out (VOLUME_MOUNT_GROUP "
        "is not advertised)");
  }
  result.fs_type = mount.fs_type();
  ASSIGN_OR_RETURN(result.flags, ParseMountFlags({mount.mount_flags().begin(),
                                                  mount.mount_flags().end()}));
  return result;
}

absl::Status RequireCapability(bool present) {
  if (present) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "volume_capability is missing; every call needs it");
}

absl::StatusOr<backend::CapacityRange> ToRange(
    const csi::v1::CapacityRange& range) {
  const backend::CapacityRange result{range.required_bytes(),
                                      range.limit_bytes()};
  const bool negative = result.required_bytes < 0 || result.limit_bytes < 0;
  const bool reversed =
      result.limit_bytes > 0 && result.required_bytes > result.limit_bytes;
  if (!negative && !reversed) return result;
  return absl::OutOfRangeError(
      "capacity_range holds no size; send required_bytes up to limit_bytes");
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
  ASSIGN_OR_RETURN(spec.capability, ToCapability(request.volume_capability()));
  return spec;
}

absl::StatusOr<UnstageSpec> ValidateUnstage(
    const csi::v1::NodeUnstageVolumeRequest& request) {
  UnstageSpec spec{.volume_id = request.volume_id()};
  RETURN_IF_ERROR(Require(spec.volume_id, "volume_id"));
  ASSIGN_OR_RETURN(spec.staging_path, NormalPath(request.staging_target_path(),
                                                 "staging_target_path"));
  return spec;
}

absl::StatusOr<PublishSpec> ValidatePublish(
    const csi::v1::NodePublishVolumeRequest& request) {
  PublishSpec spec{.volume_id = request.volume_id()};
  RETURN_IF_ERROR(Require(spec.volume_id, "volume_id"));
  ASSIGN_OR_RETURN(spec.target_path,
                   NormalPath(request.target_path(), "target_path"));
  RETURN_IF_ERROR(RequireCapability(request.has_volume_capability()));
  ASSIGN_OR_RETURN(spec.capability, ToCapability(request.volume_capability()));
  RETURN_IF_ERROR(CheckStaged(request));
  ASSIGN_OR_RETURN(spec.staging_path, NormalPath(request.staging_target_path(),
                                                 "staging_target_path"));
  spec.read_only = request.readonly() ||
                   backend::IsReaderOnly(spec.capability.access_mode) ||
                   spec.capability.flags.attributes.read_only;
  return spec;
}

absl::StatusOr<UnpublishSpec> ValidateUnpublish(
    const csi::v1::NodeUnpublishVolumeRequest& request) {
  UnpublishSpec spec{.volume_id = request.volume_id()};
  RETURN_IF_ERROR(Require(spec.volume_id, "volume_id"));
  ASSIGN_OR_RETURN(spec.target_path,
                   NormalPath(request.target_path(), "target_path"));
  return spec;
}

absl::StatusOr<ExpandSpec> ValidateExpand(
    const csi::v1::NodeExpandVolumeRequest& request) {
  ExpandSpec spec{.volume_id = request.volume_id(),
                  .volume_path = request.volume_path()};
  RETURN_IF_ERROR(Require(spec.volume_id, "volume_id"));
  RETURN_IF_ERROR(Require(spec.volume_path, "volume_path"));
  ASSIGN_OR_RETURN(spec.capacity, ToRange(request.capacity_range()));
  if (!request.has_volume_capability()) return spec;
  ASSIGN_OR_RETURN(const Capability capability,
                   ToCapability(request.volume_capability()));
  spec.access_type = capability.access_type;
  return spec;
}

absl::StatusOr<StatsSpec> ValidateStats(
    const csi::v1::NodeGetVolumeStatsRequest& request) {
  StatsSpec spec{.volume_id = request.volume_id(),
                 .volume_path = request.volume_path()};
  RETURN_IF_ERROR(Require(spec.volume_id, "volume_id"));
  RETURN_IF_ERROR(Require(spec.volume_path, "volume_path"));
  return spec;
}

}  // namespace holdfast::node
