// The sizes that CSI allows in any request (spec, "Size Limits" and "Field
// Requirements").

#ifndef HOLDFAST_BACKEND_CSI_LIMITS_H_
#define HOLDFAST_BACKEND_CSI_LIMITS_H_

#include <google/protobuf/message.h>

#include "absl/status/status.h"

namespace holdfast::backend {

// OK, or INVALID_ARGUMENT naming the first field of the message, or of one
// inside it, that is too large: strings over 128 bytes (node_id: 256), maps
// and mount_flags over 4 KiB in total. Paths are left to their readers. Never
// repeats a value: it may be secret.
absl::Status CheckLimits(const google::protobuf::Message& message);

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_CSI_LIMITS_H_
