// The section "scale": very many volumes of one node at once.

#ifndef HOLDFAST_TESTS_BENCH_SCALE_H_
#define HOLDFAST_TESTS_BENCH_SCALE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/latencies.h"
#include "tests/bench/memory.h"

namespace holdfast::bench {

struct ScalePlan {
  int volumes = 1000;
  int rounds = 1;  // the floor's turn and the driver's, all volumes each
};

// Of one contender, which had the machine to itself, with one caller.
struct ScaleSide {
  Durations up;         // until all were published, round by round
  Durations down;       // until all were deleted again
  Durations tenths;     // median of create, stage and publish of a volume,
                        // for each tenth of the volumes; of the rounds' medians
  KernelMemory kernel;  // what it grew by, in the first round
};

struct ScaleResult {
  ScalePlan plan;
  ScaleSide driver;
  ScaleSide floor;
  // Before the first volume, and with all of the first round published.
  ProcessMemory node_idle;
  ProcessMemory node;
  ProcessMemory controller_idle;
  ProcessMemory controller;
};

// On a bed of its own. RESOURCE_EXHAUSTED, and nothing done, if the machine's
// limits forbid so many.
absl::StatusOr<ScaleResult> MeasureScale(const ScalePlan& plan);

std::string Table(const ScaleResult& result);
std::string Json(const ScaleResult& result);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_SCALE_H_
