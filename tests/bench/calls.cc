#include "tests/bench/calls.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_split.h"
#include "base/status.h"
#include "tests/bench/run.h"
#include "tests/root/tracer/tracer.h"

namespace holdfast::bench {
namespace {

using Traces = std::vector<std::vector<std::string>>;

// What each process calls while `work` runs.
absl::StatusOr<Traces> TraceDuring(const std::vector<pid_t>& processes,
                                   root::Watched watched,
                                   const std::function<absl::Status()>& work) {
  std::vector<root::Tracer> tracers;
  for (const pid_t pid : processes) {
    ASSIGN_OR_RETURN(root::Tracer tracer,
                     root::Tracer::Attach(pid, {.watched = watched}));
    tracers.push_back(std::move(tracer));
  }
  const absl::Status worked = work();
  Traces traces;
  for (root::Tracer& tracer : tracers) traces.push_back(tracer.Finish().calls);
  RETURN_IF_ERROR(worked);
  return traces;
}

void Count(const std::vector<std::string>& calls, double each,
           CallCounts& counts) {
  for (const std::string& call : calls) {
    const std::string name = std::pair<std::string, std::string>(
                                 absl::StrSplit(call, absl::MaxSplits(' ', 1)))
                                 .first;
    counts[name] += each;
  }
}

absl::StatusOr<StepCalls> CountStep(Contender& contender, Step step,
                                    const std::vector<pid_t>& processes) {
  const auto run = [&] {
    for (int i = 0; i < kTracedVolumes; ++i) {
      RETURN_IF_ERROR(contender.Run(step, i));
    }
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const Traces idle,
                   TraceDuring(processes, root::Watched::kAll,
                               [] { return absl::OkStatus(); }));
  ASSIGN_OR_RETURN(const Traces busy,
                   TraceDuring(processes, root::Watched::kAll, run));
  StepCalls calls = {.step = step};
  for (size_t i = 0; i < processes.size(); ++i) {
    CallCounts counts;
    Count(busy[i], 1.0 / kTracedVolumes, counts);
    Count(idle[i], -1.0 / kTracedVolumes, counts);
    std::erase_if(counts,
                  [](const auto& entry) { return entry.second < 0.05; });
    calls.by_process.push_back(counts);
  }
  return calls;
}

}  // namespace

double Sum(const CallCounts& counts) {
  double sum = 0;
  for (const auto& [name, count] : counts) sum += count;
  return sum;
}

absl::StatusOr<std::vector<StepCalls>> CountCalls(
    Contender& contender, const std::vector<pid_t>& processes) {
  std::vector<StepCalls> all;
  for (int i = 0; i < kTracedVolumes; ++i) {
    RETURN_IF_ERROR(contender.Prepare(i));
  }
  for (const Step step : kSteps) {
    if (step == Step::kUp) continue;
    ASSIGN_OR_RETURN(StepCalls calls, CountStep(contender, step, processes));
    all.push_back(std::move(calls));
  }
  return all;
}

absl::StatusOr<double> CountForks(Contender& contender,
                                  const std::vector<pid_t>& processes) {
  ASSIGN_OR_RETURN(const Traces traces,
                   TraceDuring(processes, root::Watched::kForks, [&] {
                     for (int i = 0; i < kTracedVolumes; ++i) {
                       RETURN_IF_ERROR(Live(contender, i));
                     }
                     return absl::OkStatus();
                   }));
  size_t forks = 0;
  for (const std::vector<std::string>& calls : traces) forks += calls.size();
  return static_cast<double>(forks) / kTracedVolumes;
}

}  // namespace holdfast::bench
