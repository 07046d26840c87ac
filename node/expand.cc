#include "node/expand.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::node {
namespace {

using backend::AccessType;

absl::Status CheckAccessType(const ExpandSpec& spec,
                             const backend::Volume& volume) {
  if (!spec.access_type || *spec.access_type == volume.format.access_type) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("volume ", volume.id,
                   " is not of the access type that the capability "
                   "names; send its own, or none"));
}

absl::Status CheckRange(const ExpandSpec& spec, int64_t size_bytes) {
  if (backend::Satisfies(size_bytes, spec.capacity)) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat(
      "volume ", spec.volume_id, " has ", size_bytes,
      " bytes, which is not in the range asked for; expand it with "
      "ControllerExpandVolume first"));
}

}  // namespace

absl::StatusOr<int64_t> Expand::Run(const ExpandSpec& spec,
                                    Operation& operation) {
  ASSIGN_OR_RETURN(const auto held,
                   parts_.locks.TryLock(spec.volume_id, operation));
  operation.Step("observe");
  ASSIGN_OR_RETURN(const auto volume, parts_.backend.GetVolume(spec.volume_id));
  ASSIGN_OR_RETURN(const Observed observed,
                   mounts_.ObserveVolumePath(volume.id, spec.volume_path));
  if (observed.kind != Observed::Kind::kVolume) {
    return NotAtPath(spec.volume_id, spec.volume_path);
  }
  const backend::Attachment& device = observed.attachment;
  RETURN_IF_ERROR(CheckAccessType(spec, volume));
  RETURN_IF_ERROR(CheckRange(spec, device.size_bytes));
  if (volume.format.access_type == AccessType::kMount) {
    operation.Step("grow");
    RETURN_IF_ERROR(GrowIfSmaller({.path = device.device_path,
                                   .fs_type = volume.format.fs_type,
                                   .size_bytes = device.size_bytes}));
  }
  return device.size_bytes;
}

absl::Status Expand::GrowIfSmaller(const backend::FormattedDevice& device) {
  ASSIGN_OR_RETURN(const auto superblock, parts_.file_systems.Check(device));
  if (backend::FillsDevice(superblock, device)) return absl::OkStatus();
  return parts_.file_systems.GrowMounted(device);
}

}  // namespace holdfast::node
