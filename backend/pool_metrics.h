// How full the pools are, as metrics.

#ifndef HOLDFAST_BACKEND_POOL_METRICS_H_
#define HOLDFAST_BACKEND_POOL_METRICS_H_

#include "backend/backend.h"
#include "base/metric_table.h"

namespace holdfast::backend {

// Where a pool gets tight: parts of what may be promised, and of the storage
// under it. Long before a create is refused or, above an overcommit ratio of
// 1, a writer finds the pool full.
inline constexpr double kLowWater = 0.85;
inline constexpr double kHighWater = 0.95;

enum class Pressure { kNone = 0, kRising = 1, kHigh = 2 };

// By promises (trash counts as free) or by what is written, whichever is worse.
Pressure PressureOf(const PoolState& pool);

// The figures of every pool of the backend, labelled with its name. A pool that
// cannot be measured has backend_up 0 and no others.
void AddPoolMetrics(Backend& backend, MetricTable& table);

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_POOL_METRICS_H_
