// System calls that a contender makes for each of its steps.

#ifndef HOLDFAST_TESTS_BENCH_CALLS_H_
#define HOLDFAST_TESTS_BENCH_CALLS_H_

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/bench/contender.h"

namespace holdfast::bench {

// By name ("ioctl", "futex"): how many for one volume, on average.
using CallCounts = std::map<std::string, double>;

double Sum(const CallCounts& counts);

struct StepCalls {
  Step step = Step::kCreate;
  // In the order of the processes.
  std::vector<CallCounts> by_process;
};

// Runs each step for a few volumes of `contender` with ptrace(2) on all
// threads of `processes`, which may include this one, and counts the calls.
// What a process does in the same moments without the step is taken off.
// Nothing is timed meanwhile: tracing slows all down, and the counts of waiting
// calls (futex, epoll_wait) are those of a slow process. Takes each
// volume's life once; the contender has at least kTracedVolumes.
inline constexpr int kTracedVolumes = 10;
absl::StatusOr<std::vector<StepCalls>> CountCalls(
    Contender& contender, const std::vector<pid_t>& processes);

// The section "calls" for volumes of one access type, on a bed of its own.
struct CallsResult {
  root::Access access = root::Access::kMount;
  std::vector<StepCalls> driver;  // node, controller
  std::vector<StepCalls> floor;   // this process
  double forks_per_volume = 0;    // of the driver
};

absl::StatusOr<CallsResult> MeasureCalls(root::Access access);

std::string Table(const CallsResult& result);
std::string Json(const CallsResult& result);

// Processes that `processes` start for each volume, over its whole life.
absl::StatusOr<double> CountForks(Contender& contender,
                                  const std::vector<pid_t>& processes);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_CALLS_H_
