// How long calls took.

#ifndef HOLDFAST_TESTS_BENCH_LATENCIES_H_
#define HOLDFAST_TESTS_BENCH_LATENCIES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace holdfast::bench {

// The calls of a volume's life, in order. kUp is create, stage and publish
// together.
enum class Step {
  kCreate,
  kStage,
  kPublish,
  kUp,
  kUnpublish,
  kUnstage,
  kDelete,
};

inline constexpr Step kSteps[] = {
    Step::kCreate,    Step::kStage,   Step::kPublish, Step::kUp,
    Step::kUnpublish, Step::kUnstage, Step::kDelete};

// "create".
const char* NameOf(Step step);

struct Summary {
  size_t calls = 0;
  absl::Duration p50;
  absl::Duration p99;
  absl::Duration max;
  // Medians of the first and the last tenth of the calls: is it flat?
  absl::Duration first_p50;
  absl::Duration last_p50;
};

// Collects in the order in which calls ended. Thread-safe.
class Latencies {
 public:
  void Add(Step step, absl::Duration latency);
  Summary Summarize(Step step) const;

 private:
  mutable absl::Mutex mutex_;
  std::vector<absl::Duration> by_step_[std::size(kSteps)] ABSL_GUARDED_BY(
      mutex_);
};

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_LATENCIES_H_
