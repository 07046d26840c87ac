#include "controller/convert_requests.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::controller {
namespace {

using Mode = csi::v1::VolumeCapability_AccessMode_Mode;

absl::StatusOr<backend::AccessMode> FromCsi(Mode mode) {
  if (mode == csi::v1::VolumeCapability_AccessMode_Mode_UNKNOWN) {
    return absl::InvalidArgumentError(
        "access_mode is missing in a volume capability; send one");
  }
  if (!csi::v1::VolumeCapability_AccessMode_Mode_IsValid(mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat("access mode ", static_cast<int>(mode),
                     " is not known to CSI 1.13; send one of its modes"));
  }
  return static_cast<backend::AccessMode>(mode);
}

}  // namespace

absl::StatusOr<Capability> FromCsi(const csi::v1::VolumeCapability& message) {
  if (!message.has_block() && !message.has_mount()) {
    return absl::InvalidArgumentError(
        "access_type is missing in a volume capability; send block or mount");
  }
  ASSIGN_OR_RETURN(const auto mode, FromCsi(message.access_mode().mode()));
  return Capability{.access_type = message.has_block()
                                       ? backend::AccessType::kBlock
                                       : backend::AccessType::kMount,
                    .fs_type = message.mount().fs_type(),
                    .mount_group = message.mount().volume_mount_group(),
                    .access_mode = mode};
}

absl::StatusOr<std::vector<Capability>> FromCsi(
    const CsiCapabilities& messages) {
  std::vector<Capability> capabilities;
  for (const auto& message : messages) {
    ASSIGN_OR_RETURN(capabilities.emplace_back(), FromCsi(message));
  }
  return capabilities;
}

absl::StatusOr<backend::CapacityRange> FromCsi(
    const csi::v1::CapacityRange& range) {
  const int64_t required = range.required_bytes();
  const int64_t limit = range.limit_bytes();
  if (required < 0 || limit < 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "capacity_range has a negative size (required_bytes=", required,
        " limit_bytes=", limit, "); send sizes of zero or more"));
  }
  if (limit != 0 && required > limit) {
    return absl::OutOfRangeError(absl::StrCat(
        "no size is at least required_bytes=", required,
        " and at most limit_bytes=", limit, "; send a range that has one"));
  }
  return backend::CapacityRange{.required_bytes = required,
                                .limit_bytes = limit};
}

absl::StatusOr<backend::ContentSource> FromCsi(
    const csi::v1::VolumeContentSource& source) {
  using Kind = backend::ContentSource::Kind;
  if (!source.has_snapshot() && !source.has_volume()) {
    return absl::InvalidArgumentError(
        "volume_content_source names neither a snapshot nor a volume; send "
        "one of them or no source");
  }
  const bool snapshot = source.has_snapshot();
  const std::string& id =
      snapshot ? source.snapshot().snapshot_id() : source.volume().volume_id();
  if (id.empty()) {
    return absl::InvalidArgumentError(
        "volume_content_source has an empty id; send the id of the source");
  }
  return backend::ContentSource{
      .kind = snapshot ? Kind::kSnapshot : Kind::kVolume, .id = id};
}

Segments FromCsi(const csi::v1::Topology& topology) {
  return Segments(topology.segments().begin(), topology.segments().end());
}

TopologyRequirement FromCsi(const csi::v1::TopologyRequirement& message) {
  TopologyRequirement requirement;
  for (const auto& topology : message.requisite()) {
    requirement.requisite.push_back(FromCsi(topology));
  }
  for (const auto& topology : message.preferred()) {
    requirement.preferred.push_back(FromCsi(topology));
  }
  return requirement;
}

std::map<std::string, std::string> OwnKeys(const CsiMap& map) {
  std::map<std::string, std::string> own;
  for (const auto& [key, value] : map) {
    if (!absl::StartsWith(key, "csi.storage.k8s.io/") &&
        !absl::StartsWith(key, "storage.kubernetes.io/")) {
      own.emplace(key, value);
    }
  }
  return own;
}

}  // namespace holdfast::controller
