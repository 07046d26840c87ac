// ValidateVolumeCapabilities.

#ifndef HOLDFAST_CONTROLLER_CONFIRMATION_H_
#define HOLDFAST_CONTROLLER_CONFIRMATION_H_

#include "absl/status/statusor.h"
#include "controller/answers.h"
#include "controller/pool_access.h"
#include "controller/requests.h"

namespace holdfast::controller {

// Whether the volume has all that was asked about. What it lacks is part of
// the answer, not an error: NOT_FOUND is the only one. Thread-safe.
absl::StatusOr<Confirmation> Confirm(const ConfirmArgs& args,
                                     const PoolAccess& pool);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_CONFIRMATION_H_
