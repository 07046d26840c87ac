// How a refusal tells that a volume's own device is what holds it.

#ifndef HOLDFAST_BACKEND_IN_USE_H_
#define HOLDFAST_BACKEND_IN_USE_H_

#include "absl/status/status.h"

namespace holdfast::backend {

// `refused` (FAILED_PRECONDITION of a DeleteVolume), marked: the device that
// Attach made has the volume open, and no other device has. Whoever can take
// that device away may do so and ask again.
absl::Status HeldByOwnDevice(absl::Status refused);

bool IsHeldByOwnDevice(const absl::Status& status);

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_IN_USE_H_
