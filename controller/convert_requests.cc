#include "controller/convert_requests.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::controller {

absl::StatusOr<std::vector<Capability>> FromCsi(
    const CsiCapabilities& messages) {
  std::vector<Capability> capabilities;
  for (const auto& message : messages) {
    ASSIGN_OR_RETURN(capabilities.emplace_back(), FromCsi(message));
  }
  return capabilities;
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
