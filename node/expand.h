// Expand: the file system of a volume in use as large as its device.

#ifndef HOLDFAST_NODE_EXPAND_H_
#define HOLDFAST_NODE_EXPAND_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/operation.h"
#include "node/parts.h"
#include "node/specs.h"
#include "node/volume_mounts.h"

namespace holdfast::node {

// Thread-safe; each call takes the key of its volume (ABORTED if taken).
class Expand {
 public:
  explicit Expand(const Parts& parts) : parts_(parts), mounts_(parts) {}

  // Grows what the path shows to the size of its device, and answers that.
  // OK if it has it; a block volume has it always. NOT_FOUND: no such volume,
  // or not at that path. OUT_OF_RANGE: the range cannot be, or asks for more
  // than the device has, which ControllerExpandVolume gives it.
  // INVALID_ARGUMENT: a capability of another access type.
  // FAILED_PRECONDITION: the file system cannot grow while mounted.
  absl::StatusOr<int64_t> Run(const ExpandSpec& spec, Operation& operation);

 private:
  absl::Status GrowIfSmaller(const backend::FormattedDevice& device);

  Parts parts_;
  VolumeMounts mounts_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_EXPAND_H_
