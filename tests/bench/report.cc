#include "tests/bench/report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace holdfast::bench {
namespace {

double Ms(absl::Duration duration) {
  return absl::ToDoubleMilliseconds(duration);
}

double Ratio(absl::Duration driver, absl::Duration floor) {
  return floor == absl::ZeroDuration() ? 0 : absl::FDivDuration(driver, floor);
}

std::string Row(Step step, const Result& result) {
  const Summary driver = result.driver.latencies->Summarize(step);
  const Summary floor = result.floor.latencies->Summarize(step);
  return absl::StrFormat(
      "%-10s %8.2f %8.2f %8.2f  %8.2f %8.2f %8.2f  %6.2f  %8.2f %8.2f\n",
      NameOf(step), Ms(driver.p50), Ms(driver.p99), Ms(driver.max),
      Ms(floor.p50), Ms(floor.p99), Ms(floor.max), Ratio(driver.p50, floor.p50),
      Ms(driver.first_p50), Ms(driver.last_p50));
}

std::string TableOf(const Result& result) {
  std::string text = absl::StrFormat(
      "%d volumes, %d %s (ms)\n"
      "%-10s %26s  %26s  %6s  %17s\n"
      "%-10s %8s %8s %8s  %8s %8s %8s  %6s  %8s %8s\n",
      result.shape.volumes, result.shape.callers,
      result.shape.callers == 1 ? "caller" : "callers", "", "driver", "floor",
      "p50", "driver, p50 of", "call", "p50", "p99", "max", "p50", "p99", "max",
      "ratio", "first", "last");
  for (const Step step : kSteps) text += Row(step, result);
  absl::StrAppendFormat(&text, "all up: %.2f s, floor %.2f s, ratio %.2f; ",
                        absl::ToDoubleSeconds(result.driver.up),
                        absl::ToDoubleSeconds(result.floor.up),
                        Ratio(result.driver.up, result.floor.up));
  absl::StrAppendFormat(&text, "all down: %.2f s, floor %.2f s, ratio %.2f\n",
                        absl::ToDoubleSeconds(result.driver.down),
                        absl::ToDoubleSeconds(result.floor.down),
                        Ratio(result.driver.down, result.floor.down));
  return text;
}

int64_t Us(absl::Duration duration) {
  return absl::ToInt64Microseconds(duration);
}

std::string JsonOf(const Summary& summary) {
  return absl::StrFormat(R"({"calls":%d,"p50_us":%d,"p99_us":%d,"max_us":%d,)"
                         R"("first_tenth_p50_us":%d,"last_tenth_p50_us":%d})",
                         summary.calls, Us(summary.p50), Us(summary.p99),
                         Us(summary.max), Us(summary.first_p50),
                         Us(summary.last_p50));
}

std::string JsonOf(const Measured& measured) {
  std::vector<std::string> members;
  for (const Step step : kSteps) {
    members.push_back(
        absl::StrCat("\"", NameOf(step),
                     "\":", JsonOf(measured.latencies->Summarize(step))));
  }
  members.push_back(absl::StrCat("\"all_up_us\":", Us(measured.up)));
  members.push_back(absl::StrCat("\"all_down_us\":", Us(measured.down)));
  return absl::StrCat("{", absl::StrJoin(members, ","), "}");
}

std::string JsonOf(const Result& result) {
  return absl::StrFormat(
      R"({"volumes":%d,"callers":%d,"driver":%s,"floor":%s})",
      result.shape.volumes, result.shape.callers, JsonOf(result.driver),
      JsonOf(result.floor));
}

}  // namespace

std::string Table(const Report& report) {
  std::string text;
  for (const Result& result : report.results) {
    absl::StrAppend(&text, TableOf(result), "\n");
  }
  absl::StrAppendFormat(
      &text,
      "processes started per volume: %.2f\n"
      "resident with all volumes of the first run published: node %.1f MiB, "
      "controller %.1f MiB\n",
      report.forks_per_volume,
      static_cast<double>(report.node_resident_bytes) / (1 << 20),
      static_cast<double>(report.controller_resident_bytes) / (1 << 20));
  return text;
}

std::string Json(const Report& report) {
  std::vector<std::string> results;
  for (const Result& result : report.results) results.push_back(JsonOf(result));
  return absl::StrFormat(
      R"({"results":[%s],"forks_per_volume":%.3f,)"
      R"("node_resident_bytes":%d,"controller_resident_bytes":%d})"
      "\n",
      absl::StrJoin(results, ","), report.forks_per_volume,
      report.node_resident_bytes, report.controller_resident_bytes);
}

}  // namespace holdfast::bench
