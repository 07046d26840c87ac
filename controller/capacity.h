// GetCapacity.

#ifndef HOLDFAST_CONTROLLER_CAPACITY_H_
#define HOLDFAST_CONTROLLER_CAPACITY_H_

#include "absl/status/statusor.h"
#include "backend/types.h"
#include "controller/pool_access.h"
#include "controller/requests.h"

namespace holdfast::controller {

// What CreateVolume with such a request would find; nothing for volumes of
// another place or with an access mode that is not offered. Thread-safe.
absl::StatusOr<backend::Capacity> CapacityFor(const CapacityArgs& args,
                                              const PoolAccess& pool);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_CAPACITY_H_
