#include "tests/bench/latencies.h"

#include <algorithm>

namespace holdfast::bench {
namespace {

double Quantile(std::vector<double> values, double quantile) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double at = quantile * static_cast<double>(values.size() - 1);
  return values[static_cast<size_t>(at + 0.5)];
}

}  // namespace

absl::Duration Quantile(Durations durations, double quantile) {
  if (durations.empty()) return absl::ZeroDuration();
  std::sort(durations.begin(), durations.end());
  const double at = quantile * static_cast<double>(durations.size() - 1);
  return durations[static_cast<size_t>(at + 0.5)];
}

const char* NameOf(Step step) {
  switch (step) {
    case Step::kCreate:
      return "create";
    case Step::kStage:
      return "stage";
    case Step::kPublish:
      return "publish";
    case Step::kUp:
      return "up";
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

void Latencies::EndTurn() {
  const absl::MutexLock lock(&mutex_);
  for (size_t i = 0; i < std::size(kSteps); ++i) {
    const size_t begin = turns_[i].empty() ? 0 : turns_[i].back();
    if (by_step_[i].size() > begin) turns_[i].push_back(by_step_[i].size());
  }
}

Durations Latencies::TurnMedians(Step step) const {
  const absl::MutexLock lock(&mutex_);
  const Durations& all = by_step_[static_cast<size_t>(step)];
  Durations medians;
  size_t begin = 0;
  for (const size_t end : turns_[static_cast<size_t>(step)]) {
    medians.push_back(
        Quantile(Durations(all.begin() + static_cast<std::ptrdiff_t>(begin),
                           all.begin() + static_cast<std::ptrdiff_t>(end)),
                 0.5));
    begin = end;
  }
  return medians;
}

Summary Latencies::Summarize(Step step) const {
  const absl::MutexLock lock(&mutex_);
  const Durations& all = by_step_[static_cast<size_t>(step)];
  const auto tenth = static_cast<std::ptrdiff_t>((all.size() + 9) / 10);
  return {
      .calls = all.size(),
      .p10 = Quantile(all, 0.1),
      .p50 = Quantile(all, 0.5),
      .p99 = Quantile(all, 0.99),
      .max = Quantile(all, 1.0),
      .first_p50 = Quantile(Durations(all.begin(), all.begin() + tenth), 0.5),
      .last_p50 = Quantile(Durations(all.end() - tenth, all.end()), 0.5)};
}

Ratio RatioOf(const Durations& turns, const Durations& others) {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(turns.size(), others.size()); ++i) {
    if (others[i] == absl::ZeroDuration()) continue;
    ratios.push_back(absl::FDivDuration(turns[i], others[i]));
  }
  return {.median = Quantile(ratios, 0.5),
          .low = Quantile(ratios, 0.25),
          .high = Quantile(ratios, 0.75)};
}

}  // namespace holdfast::bench
