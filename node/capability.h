// Whether a volume can be used as a caller wants it.

#ifndef HOLDFAST_NODE_CAPABILITY_H_
#define HOLDFAST_NODE_CAPABILITY_H_

#include "absl/status/status.h"
#include "backend/types.h"
#include "node/specs.h"

namespace holdfast::node {

// Whether the volume is already there, at the path of the call.
enum class Use { kInUse, kNotInUse };

// Compares access type and file system type with the volume's record. If they
// differ: ALREADY_EXISTS for a volume in use at the path, else
// FAILED_PRECONDITION (CSI: "exceeds capabilities").
absl::Status CheckCapability(const backend::Volume& volume,
                             const Capability& capability, Use use);

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_CAPABILITY_H_
