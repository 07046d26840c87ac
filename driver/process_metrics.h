// What every daemon tells of itself.

#ifndef HOLDFAST_DRIVER_PROCESS_METRICS_H_
#define HOLDFAST_DRIVER_PROCESS_METRICS_H_

#include "base/metrics.h"

namespace holdfast::driver {

// build_info{version}.
void AddProcessMetrics(Metrics& metrics);

}  // namespace holdfast::driver

#endif  // HOLDFAST_DRIVER_PROCESS_METRICS_H_
