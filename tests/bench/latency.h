// The section "latency": how long each call takes, beside the floor and, if
// there is one, another driver.

#ifndef HOLDFAST_TESTS_BENCH_LATENCY_H_
#define HOLDFAST_TESTS_BENCH_LATENCY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/run.h"

namespace holdfast::bench {

struct LatencyPlan {
  Shape shape;
  root::Access access = root::Access::kMount;
  // The sockets of another driver, or nothing.
  root::Csi* other = nullptr;
};

struct LatencyResult {
  LatencyPlan plan;
  Measured driver;
  Measured floor;
  Measured other;  // without calls if there is none
  // Of a call of the driver that does nothing (NodeGetInfo), one at a time:
  // what a hop of gRPC costs. Create and delete have two hops, the others one.
  absl::Duration hop;
};

// On a bed of its own: the daemons are fresh.
absl::StatusOr<LatencyResult> MeasureLatency(const LatencyPlan& plan);

// Times in milliseconds; ratios as in RatioOf.
std::string Table(const LatencyResult& result);
std::string Json(const LatencyResult& result);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_LATENCY_H_
