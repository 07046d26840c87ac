// holdfast-agents-bench: what the controller's calls cost with many agents, and
// what it holds and does while nobody calls. The agents' pools are in memory,
// so that the router is what is measured. Needs nothing.

#include <glog/logging.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/bench/agents/cases.h"
#include "tests/bench/agents/swarm.h"

ABSL_FLAG(std::vector<std::string>, agents,
          (std::vector<std::string>{"1", "10", "50", "200"}),
          "Numbers of agents: one run for each.");
ABSL_FLAG(int, volumes, 5, "Volumes of each agent when a run begins.");
ABSL_FLAG(int, calls, 100, "Calls of each kind.");
ABSL_FLAG(absl::Duration, idle, absl::Seconds(10),
          "How long the idle controller is watched.");
ABSL_FLAG(std::string, json, "", "File for the results as JSON.");

namespace holdfast::bench {
namespace {

struct Row {
  std::string name;
  absl::Duration p50;
  absl::Duration p99;
  absl::Duration max;
  absl::Duration cpu;  // the controller's, per call
};

struct Run {
  int agents = 0;
  std::vector<Row> rows;
  Usage idle;           // after `--idle`, before any of the calls
  double idle_cpu = 0;  // share of one processor in that time
  Usage end;
};

int64_t Us(absl::Duration duration) {
  return absl::ToInt64Microseconds(duration);
}

double Mib(int64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

absl::StatusOr<Row> Measure(Swarm& swarm, const Case& what) {
  const int calls = absl::GetFlag(FLAGS_calls);
  RETURN_IF_ERROR(what.run(swarm, calls));  // connects
  std::vector<absl::Duration> times;
  const absl::Duration cpu = swarm.Read().cpu;
  for (int i = 0; i < calls; ++i) {
    const absl::Time begin = absl::Now();
    RETURN_IF_ERROR(what.run(swarm, i));
    times.push_back(absl::Now() - begin);
  }
  const absl::Duration used = swarm.Read().cpu - cpu;
  std::sort(times.begin(), times.end());
  return Row{.name = what.name,
             .p50 = times[times.size() / 2],
             .p99 = times[times.size() * 99 / 100],
             .max = times.back(),
             .cpu = used / calls};
}

absl::StatusOr<Run> RunOnce(int agents) {
  Swarm swarm;
  RETURN_IF_ERROR(swarm.Start(agents, absl::GetFlag(FLAGS_volumes)));
  Run run = {.agents = agents};
  const absl::Duration before = swarm.Read().cpu;
  absl::SleepFor(absl::GetFlag(FLAGS_idle));
  run.idle = swarm.Read();
  run.idle_cpu =
      absl::FDivDuration(run.idle.cpu - before, absl::GetFlag(FLAGS_idle));
  for (const Case& each : AllCases()) {
    ASSIGN_OR_RETURN(const Row row, Measure(swarm, each));
    run.rows.push_back(row);
  }
  run.end = swarm.Read();
  return run;
}

std::string Text(const Run& run) {
  std::string text =
      absl::StrFormat("%d agents (us)\n%-18s %8s %8s %8s %10s\n", run.agents,
                      "call", "p50", "p99", "max", "cpu/call");
  for (const Row& row : run.rows) {
    absl::StrAppendFormat(&text, "%-18s %8d %8d %8d %10d\n", row.name,
                          Us(row.p50), Us(row.p99), Us(row.max), Us(row.cpu));
  }
  for (const auto& [when, usage] :
       {std::pair("idle", run.idle), std::pair("end", run.end)}) {
    absl::StrAppendFormat(
        &text, "%s: resident %.1f MiB, anonymous %.1f MiB, %d threads\n", when,
        Mib(usage.resident_bytes), Mib(usage.anonymous_bytes), usage.threads);
  }
  absl::StrAppendFormat(&text, "idle: %.2f %% of a processor\n",
                        100 * run.idle_cpu);
  return text;
}

std::string JsonOf(const Usage& usage) {
  return absl::StrFormat(
      R"({"resident_bytes":%d,"anonymous_bytes":%d,"threads":%d})",
      usage.resident_bytes, usage.anonymous_bytes, usage.threads);
}

std::string JsonOf(const Run& run) {
  std::vector<std::string> calls;
  for (const Row& row : run.rows) {
    calls.push_back(absl::StrFormat(
        R"("%s":{"p50_us":%d,"p99_us":%d,"max_us":%d,"cpu_us":%d})", row.name,
        Us(row.p50), Us(row.p99), Us(row.max), Us(row.cpu)));
  }
  return absl::StrFormat(
      R"({"agents":%d,"calls":{%s},"idle":%s,"idle_cpu":%.4f,"end":%s})",
      run.agents, absl::StrJoin(calls, ","), JsonOf(run.idle), run.idle_cpu,
      JsonOf(run.end));
}

absl::Status RunAll() {
  std::vector<std::string> runs;
  for (const std::string& text : absl::GetFlag(FLAGS_agents)) {
    int agents = 0;
    if (!absl::SimpleAtoi(text, &agents) || agents < 1) {
      return absl::InvalidArgumentError("--agents: " + text);
    }
    ASSIGN_OR_RETURN(const Run run, RunOnce(agents));
    std::cout << Text(run) << std::endl;
    runs.push_back(JsonOf(run));
  }
  const std::string json = absl::GetFlag(FLAGS_json);
  if (!json.empty()) {
    std::ofstream(json) << R"({"agents_runs":[)" << absl::StrJoin(runs, ",")
                        << "]}\n";
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("Measures the controller with many agents.");
  absl::ParseCommandLine(argc, argv);
  FLAGS_minloglevel = google::WARNING;  // the agents are in this process
  const absl::Status status = holdfast::bench::RunAll();
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
