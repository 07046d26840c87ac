#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "tests/bench/bed.h"
#include "tests/bench/calls.h"
#include "tests/bench/json.h"

namespace holdfast::bench {
namespace {

// "ioctl 3.0, openat 2.0": the most frequent first.
std::string Listed(const CallCounts& counts) {
  std::vector<std::pair<std::string, double>> sorted(counts.begin(),
                                                     counts.end());
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const auto& a, const auto& b) { return a.second > b.second; });
  return absl::StrJoin(sorted, ", ", [](std::string* out, const auto& entry) {
    absl::StrAppendFormat(out, "%s %.1f", entry.first, entry.second);
  });
}

std::string JsonOf(const CallCounts& counts) {
  JsonObject by_name;
  for (const auto& [name, count] : counts) by_name.Number(name, count);
  return JsonObject()
      .Number("total", Sum(counts))
      .Json("by_name", by_name.ToString())
      .ToString();
}

}  // namespace

absl::StatusOr<CallsResult> MeasureCalls(root::Access access) {
  Bed bed;
  RETURN_IF_ERROR(bed.Start(2 * kTracedVolumes * kVolumeBytes));
  CallsResult result = {.access = access};
  const auto driver = bed.NewDriver(access, kTracedVolumes);
  ASSIGN_OR_RETURN(result.driver, CountCalls(*driver, bed.daemons()));
  const auto floor = bed.NewFloor(access, kTracedVolumes);
  ASSIGN_OR_RETURN(result.floor, CountCalls(*floor, {getpid()}));
  const auto again = bed.NewDriver(access, kTracedVolumes);
  ASSIGN_OR_RETURN(result.forks_per_volume, CountForks(*again, bed.daemons()));
  return result;
}

std::string Table(const CallsResult& result) {
  std::string text = absl::StrFormat(
      "system calls per call, %s volumes (under ptrace, %d volumes)\n"
      "%-10s %8s %10s %8s\n",
      NameOf(result.access), kTracedVolumes, "call", "node", "controller",
      "floor");
  std::string lists;
  for (size_t i = 0; i < result.driver.size(); ++i) {
    const std::vector<CallCounts>& driver = result.driver[i].by_process;
    const CallCounts& floor = result.floor[i].by_process[0];
    const char* const name = NameOf(result.driver[i].step);
    absl::StrAppendFormat(&text, "%-10s %8.1f %10.1f %8.1f\n", name,
                          Sum(driver[0]), Sum(driver[1]), Sum(floor));
    absl::StrAppendFormat(&lists,
                          "%s\n  node: %s\n  controller: %s\n"
                          "  floor: %s\n",
                          name, Listed(driver[0]), Listed(driver[1]),
                          Listed(floor));
  }
  absl::StrAppend(&text, lists);
  absl::StrAppendFormat(&text, "processes started per volume: %.2f\n",
                        result.forks_per_volume);
  return text;
}

std::string Json(const CallsResult& result) {
  JsonObject steps;
  for (size_t i = 0; i < result.driver.size(); ++i) {
    const std::vector<CallCounts>& driver = result.driver[i].by_process;
    steps.Json(NameOf(result.driver[i].step),
               JsonObject()
                   .Json("node", JsonOf(driver[0]))
                   .Json("controller", JsonOf(driver[1]))
                   .Json("floor", JsonOf(result.floor[i].by_process[0]))
                   .ToString());
  }
  return JsonObject()
      .Text("access", NameOf(result.access))
      .Json("steps", steps.ToString())
      .Number("forks_per_volume", result.forks_per_volume)
      .ToString();
}

}  // namespace holdfast::bench
