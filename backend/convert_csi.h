// From the messages of csi.v1 that more than one service reads.

#ifndef HOLDFAST_BACKEND_CONVERT_CSI_H_
#define HOLDFAST_BACKEND_CONVERT_CSI_H_

#include "absl/status/statusor.h"
#include "backend/capability.h"
#include "backend/types.h"
#include "csi/v1/csi.pb.h"

namespace holdfast::backend {

// INVALID_ARGUMENT if access type or mode is missing, or the mode is one that
// CSI does not know. Mount flags are the node's to read.
absl::StatusOr<Capability> FromCsi(const csi::v1::VolumeCapability& capability);

// OUT_OF_RANGE for a range that no size fits: a negative one, or a limit below
// what is required.
absl::StatusOr<CapacityRange> FromCsi(const csi::v1::CapacityRange& range);

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_CONVERT_CSI_H_
