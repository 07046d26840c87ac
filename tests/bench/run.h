// One measurement: many volumes, by some callers at once.

#ifndef HOLDFAST_TESTS_BENCH_RUN_H_
#define HOLDFAST_TESTS_BENCH_RUN_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/contender.h"
#include "tests/bench/latencies.h"

namespace holdfast::bench {

struct Shape {
  int volumes = 1000;
  int callers = 1;
  int turn = 50;  // volumes of one contender before the next one's turn
};

// What one contender did.
struct Measured {
  std::unique_ptr<Latencies> latencies = std::make_unique<Latencies>();
  absl::Duration up;    // until all volumes were published
  absl::Duration down;  // until all were deleted again
};

// Brings all volumes up, then takes all of them down. The contenders take
// turns of a few volumes, so that whatever else the machine does, and the
// number of devices there are, weigh on both alike.
// `when_up` is called once between the two: all volumes are published.
// Answers one result for each contender, in their order. After an error, or
// an interrupt (progress.h), what is up is taken down as far as it goes.
absl::StatusOr<std::vector<Measured>> Measure(
    const Shape& shape, const std::vector<Contender*>& contenders,
    const std::function<void()>& when_up);

// Brings the volume with this number up and takes it down, untimed.
absl::Status Live(Contender& contender, int number);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_RUN_H_
