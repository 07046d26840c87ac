// The names by which CSI asks for volumes and snapshots.

#ifndef HOLDFAST_CONTROLLER_NAMES_H_
#define HOLDFAST_CONTROLLER_NAMES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace holdfast::controller {

// OK if `name` may name a volume or snapshot: given, UTF-8, and without
// U+0000-0008, 000B, 000C, 000E-001F, 007F-009F. Else INVALID_ARGUMENT.
absl::Status CheckName(absl::string_view name);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_NAMES_H_
