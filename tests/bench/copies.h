// The section "copies": snapshot, clone and restore, by what they copy.

#ifndef HOLDFAST_TESTS_BENCH_COPIES_H_
#define HOLDFAST_TESTS_BENCH_COPIES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/latencies.h"

namespace holdfast::bench {

// A block volume in use by this node.
struct CopyPlan {
  int64_t bytes = 0;
  // 0: written from end to end. Otherwise written to in blocks of 4 KiB at
  // random until its data file has at least so many extents.
  int64_t extents = 0;
  int repeats = 5;
};

struct CopyResult {
  CopyPlan plan;
  int64_t extents = 0;  // as found, before the first copy (FIEMAP)
  Durations snapshot;   // CreateSnapshot
  Durations clone;      // CreateVolume from the volume
  Durations restore;    // CreateVolume from the snapshot
  // The bare calls that copy the volume's data file once: what each of the
  // three must do.
  Durations floor;
};

// On a bed of its own. The four take turns.
absl::StatusOr<CopyResult> MeasureCopies(const CopyPlan& plan);

std::string Table(const CopyResult& result);
std::string Json(const CopyResult& result);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_COPIES_H_
