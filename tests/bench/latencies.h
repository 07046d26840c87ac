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
  absl::Duration p10;  // hardly disturbed by others on the machine
  absl::Duration p50;
  absl::Duration p99;
  absl::Duration max;
  // Medians of the first and the last tenth of the calls: is it flat?
  absl::Duration first_p50;
  absl::Duration last_p50;
};

using Durations = std::vector<absl::Duration>;

// Zero if there are none.
absl::Duration Quantile(Durations durations, double quantile);

// Collects in the order in which calls ended, turn by turn. Thread-safe.
class Latencies {
 public:
  void Add(Step step, absl::Duration latency);
  // What is added from now on belongs to the next turn.
  void EndTurn();

  Summary Summarize(Step step) const;
  // Of each turn with such calls the median, in their order.
  Durations TurnMedians(Step step) const;

 private:
  mutable absl::Mutex mutex_;
  Durations by_step_[std::size(kSteps)] ABSL_GUARDED_BY(mutex_);
  // Where in by_step_ each turn ended.
  std::vector<size_t> turns_[std::size(kSteps)] ABSL_GUARDED_BY(mutex_);
};

// One contender's times as a multiple of another's, who had the turns beside
// its own: the median of the ratios of turn to turn, and their quartiles. That
// is steadier than a ratio of totals: a disturbance between two turns hits one
// of many ratios. Zero if there are no turns.
struct Ratio {
  double median = 0;
  double low = 0;
  double high = 0;
};

Ratio RatioOf(const Durations& turns, const Durations& others);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_LATENCIES_H_
