#include "tests/bench/latencies.h"

#include <algorithm>

namespace holdfast::bench {
namespace {

using Durations = std::vector<absl::Duration>;

absl::Duration Quantile(Durations sorted, double quantile) {
  if (sorted.empty()) return absl::ZeroDuration();
  std::sort(sorted.begin(), sorted.end());
  const double at = quantile * static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<size_t>(at + 0.5)];
}

}  // namespace

const char* NameOf(Step step) {
  switch (step) {
    case Step::kCreate:
      return "create";
    case Step::kStage:
      return "stage";
    case Step::kPublish:
      return "publish";
    case Step::kUp:
      return "up (sum)";
    case Step::kUnpublish:
      return "unpublish";
    case Step::kUnstage:
      return "unstage";
    case Step::kDelete:
      return "delete";
  }
  return "";
}

void Latencies::Add(Step step, absl::Duration latency) {
  const absl::MutexLock lock(&mutex_);
  by_step_[static_cast<size_t>(step)].push_back(latency);
}

Summary Latencies::Summarize(Step step) const {
  const absl::MutexLock lock(&mutex_);
  const Durations& all = by_step_[static_cast<size_t>(step)];
  const auto tenth = static_cast<std::ptrdiff_t>((all.size() + 9) / 10);
  return {
      .calls = all.size(),
      .p50 = Quantile(all, 0.5),
      .p99 = Quantile(all, 0.99),
      .max = Quantile(all, 1.0),
      .first_p50 = Quantile(Durations(all.begin(), all.begin() + tenth), 0.5),
      .last_p50 = Quantile(Durations(all.end() - tenth, all.end()), 0.5)};
}

}  // namespace holdfast::bench
