// GetCapacity.

#ifndef HOLDFAST_BACKEND_POOL_CAPACITY_H_
#define HOLDFAST_BACKEND_POOL_CAPACITY_H_

#include <cstdint>

#include "backend/types.h"

namespace holdfast::pool {

// What of `available_bytes` volumes as asked about can have. Nothing, if the
// pool cannot make such volumes at all. The largest volume leaves room for
// the template of its size, which may have to be made first.
backend::Capacity CapacityFor(const backend::CapacityQuery& query,
                              int64_t available_bytes);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_CAPACITY_H_
