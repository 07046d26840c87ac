#include "backend/convert_csi.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::backend {
namespace {

using Mode = csi::v1::VolumeCapability_AccessMode_Mode;

absl::StatusOr<AccessMode> FromCsi(Mode mode) {
  if (mode == csi::v1::VolumeCapability_AccessMode_Mode_UNKNOWN) {
    return absl::InvalidArgumentError(
        "access_mode is missing in a volume capability; send one");
  }
  if (!csi::v1::VolumeCapability_AccessMode_Mode_IsValid(mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat("access mode ", static_cast<int>(mode),
                     " is not known to CSI 1.13; send one of its modes"));
  }
  return static_cast<AccessMode>(mode);
}

}  // namespace

absl::StatusOr<Capability> FromCsi(const csi::v1::VolumeCapability& message) {
  if (!message.has_block() && !message.has_mount()) {
    return absl::InvalidArgumentError(
        "access_type is missing in a volume capability; send block or mount");
  }
  ASSIGN_OR_RETURN(const auto mode, FromCsi(message.access_mode().mode()));
  return Capability{.access_type = message.has_block() ? AccessType::kBlock
                                                       : AccessType::kMount,
                    .fs_type = message.mount().fs_type(),
                    .mount_group = message.mount().volume_mount_group(),
                    .access_mode = mode};
}

absl::StatusOr<CapacityRange> FromCsi(const csi::v1::CapacityRange& range) {
  const int64_t required = range.required_bytes();
  const int64_t limit = range.limit_bytes();
  const bool reversed = limit != 0 && required > limit;
  if (required < 0 || limit < 0 || reversed) {
    return absl::OutOfRangeError(absl::StrCat(
        "no size is at least required_bytes=", required,
        " and at most limit_bytes=", limit, "; send a range that has one"));
  }
  return CapacityRange{.required_bytes = required, .limit_bytes = limit};
}

}  // namespace holdfast::backend
