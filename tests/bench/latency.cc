#include "tests/bench/latency.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/bench/bed.h"
#include "tests/bench/json.h"

namespace holdfast::bench {
namespace {

double Ms(absl::Duration duration) {
  return absl::ToDoubleMilliseconds(duration);
}

Ratio RatioOf(const Measured& ours, const Measured& theirs, Step step) {
  return bench::RatioOf(ours.latencies->TurnMedians(step),
                        theirs.latencies->TurnMedians(step));
}

// Of the fast tenths, which others on the machine hardly disturbed.
double QuietRatio(const Measured& ours, const Measured& theirs, Step step) {
  const absl::Duration quiet = theirs.latencies->Summarize(step).p10;
  if (quiet == absl::ZeroDuration()) return 0;
  return absl::FDivDuration(ours.latencies->Summarize(step).p10, quiet);
}

std::string Triple(const Measured& measured, Step step) {
  const Summary summary = measured.latencies->Summarize(step);
  return absl::StrFormat("  %8.2f %8.2f %8.2f", Ms(summary.p50),
                         Ms(summary.p99), Ms(summary.max));
}

std::string Row(Step step, const LatencyResult& result) {
  const Ratio ratio = RatioOf(result.driver, result.floor, step);
  std::string row = absl::StrFormat(
      "%-10s %6.2f %5.2f to %6.2f  %6.2f", NameOf(step), ratio.median,
      ratio.low, ratio.high, QuietRatio(result.driver, result.floor, step));
  row += Triple(result.driver, step) + Triple(result.floor, step);
  if (result.plan.other != nullptr) {
    absl::StrAppendFormat(&row, "  %8.2f",
                          RatioOf(result.other, result.driver, step).median);
    row += Triple(result.other, step);
  }
  return row + "\n";
}

std::string Heading(const LatencyResult& result) {
  const Shape& shape = result.plan.shape;
  std::string text = absl::StrFormat(
      "%d %s volumes, %d %s, ms; ratio: median and quartiles of turns of %d, "
      "and of the fast tenths\n%-10s %6s %15s  %6s  %26s  %26s",
      shape.volumes, NameOf(result.plan.access), shape.callers,
      shape.callers == 1 ? "caller" : "callers", shape.turn, "call", "ratio",
      "", "p10", "driver p50      p99      max", "floor p50      p99      max");
  if (result.plan.other != nullptr) {
    absl::StrAppendFormat(&text, "  %8s  %26s", "other/us",
                          "other p50      p99      max");
  }
  return text + "\n";
}

std::string JsonOf(const Summary& summary) {
  return JsonObject()
      .Integer("calls", static_cast<int64_t>(summary.calls))
      .Micros("p10_us", summary.p10)
      .Micros("p50_us", summary.p50)
      .Micros("p99_us", summary.p99)
      .Micros("max_us", summary.max)
      .Micros("first_tenth_p50_us", summary.first_p50)
      .Micros("last_tenth_p50_us", summary.last_p50)
      .ToString();
}

std::string JsonOf(const Measured& measured) {
  JsonObject object;
  for (const Step step : kSteps) {
    object.Json(NameOf(step), JsonOf(measured.latencies->Summarize(step)));
  }
  return object.Micros("all_up_us", measured.up)
      .Micros("all_down_us", measured.down)
      .ToString();
}

std::string JsonOf(const Measured& ours, const Measured& theirs) {
  JsonObject object;
  for (const Step step : kSteps) {
    const Ratio ratio = RatioOf(ours, theirs, step);
    object.Json(NameOf(step), JsonObject()
                                  .Number("median", ratio.median)
                                  .Number("low", ratio.low)
                                  .Number("high", ratio.high)
                                  .Number("p10", QuietRatio(ours, theirs, step))
                                  .ToString());
  }
  return object.ToString();
}

absl::StatusOr<absl::Duration> MeasureHop(root::Csi& csi) {
  constexpr int kCalls = 1000;
  Durations times;
  for (int i = 0; i < kCalls; ++i) {
    const absl::Time begin = absl::Now();
    RETURN_IF_ERROR(csi.NodeId().status());
    times.push_back(absl::Now() - begin);
  }
  return Quantile(times, 0.5);
}

}  // namespace

absl::StatusOr<LatencyResult> MeasureLatency(const LatencyPlan& plan) {
  Bed bed;
  RETURN_IF_ERROR(bed.Start(plan.shape.volumes * kVolumeBytes));
  const int volumes = plan.shape.volumes;
  const auto driver = bed.NewDriver(plan.access, volumes);
  const auto floor = bed.NewFloor(plan.access, volumes);
  std::vector<Contender*> contenders = {driver.get(), floor.get()};
  std::unique_ptr<Contender> other;
  if (plan.other != nullptr) {
    other = bed.NewOther(*plan.other, plan.access, volumes);
    contenders.push_back(other.get());
  }
  ASSIGN_OR_RETURN(std::vector<Measured> measured,
                   Measure(plan.shape, contenders, [] {}));
  measured.resize(3);
  ASSIGN_OR_RETURN(const absl::Duration hop, MeasureHop(bed.csi()));
  return LatencyResult{.plan = plan,
                       .driver = std::move(measured[0]),
                       .floor = std::move(measured[1]),
                       .other = std::move(measured[2]),
                       .hop = hop};
}

std::string Table(const LatencyResult& result) {
  std::string text = Heading(result);
  for (const Step step : kSteps) text += Row(step, result);
  absl::StrAppendFormat(&text, "a call that does nothing: %.2f ms\n",
                        Ms(result.hop));
  return text;
}

std::string Json(const LatencyResult& result) {
  JsonObject object;
  object.Text("access", NameOf(result.plan.access))
      .Integer("volumes", result.plan.shape.volumes)
      .Integer("callers", result.plan.shape.callers)
      .Micros("hop_us", result.hop)
      .Json("driver", JsonOf(result.driver))
      .Json("floor", JsonOf(result.floor))
      .Json("ratio_to_floor", JsonOf(result.driver, result.floor));
  if (result.plan.other != nullptr) {
    object.Json("other", JsonOf(result.other))
        .Json("other_ratio_to_driver", JsonOf(result.other, result.driver));
  }
  return object.ToString();
}

}  // namespace holdfast::bench
