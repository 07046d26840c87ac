// holdfast-bench: the life of many volumes through the daemons, beside the
// same system calls made directly, in one run on one XFS.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/bench/contender.h"
#include "tests/bench/report.h"
#include "tests/bench/run.h"
#include "tests/root/fixture/world.h"
#include "tests/root/tracer/tracer.h"

ABSL_FLAG(int, volumes, 1000, "Volumes of each run.");
ABSL_FLAG(std::vector<std::string>, callers,
          (std::vector<std::string>{"1", "8"}),
          "Callers at once: one run for each number.");
ABSL_FLAG(std::string, json, "", "File for the results as JSON.");

namespace holdfast::bench {
namespace {

constexpr int kForkVolumes = 10;
constexpr Step kLife[] = {Step::kCreate,    Step::kStage,   Step::kPublish,
                          Step::kUnpublish, Step::kUnstage, Step::kDelete};

absl::Status Live(Contender& contender, int number) {
  for (const Step step : kLife) {
    RETURN_IF_ERROR(contender.Run(step, number));
  }
  return absl::OkStatus();
}

absl::StatusOr<double> CountForks(root::World& world) {
  const root::TracePlan forks = {.watched = root::Watched::kForks};
  ASSIGN_OR_RETURN(root::Tracer node,
                   root::Tracer::Attach(world.daemons().node_pid(), forks));
  ASSIGN_OR_RETURN(
      root::Tracer controller,
      root::Tracer::Attach(world.daemons().controller_pid(), forks));
  const auto contender = MakeDriver(world, kForkVolumes);
  for (int i = 0; i < kForkVolumes; ++i) RETURN_IF_ERROR(Live(*contender, i));
  const size_t count =
      node.Finish().calls.size() + controller.Finish().calls.size();
  return static_cast<double>(count) / kForkVolumes;
}

// VmRSS of a process.
int64_t ResidentBytes(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::stoll(line.substr(6)) * 1024;
  }
  return 0;
}

// Room for what all volumes are promised, and what a pool keeps back.
int64_t DiskBytes() {
  return absl::GetFlag(FLAGS_volumes) * kVolumeBytes * 5 / 4 + 8 * root::kGiB;
}

class Bench {
 public:
  absl::Status Run() {
    RETURN_IF_ERROR(world_.Start({.bytes = DiskBytes()}));
    // Builds the template, which the floor then uses too.
    RETURN_IF_ERROR(Live(*MakeDriver(world_, 1), 0));
    ASSIGN_OR_RETURN(report_.forks_per_volume, CountForks(world_));
    for (const std::string& text : absl::GetFlag(FLAGS_callers)) {
      Shape shape = {.volumes = absl::GetFlag(FLAGS_volumes)};
      if (!absl::SimpleAtoi(text, &shape.callers) || shape.callers < 1) {
        return absl::InvalidArgumentError("--callers: " + text);
      }
      RETURN_IF_ERROR(RunOnce(shape));
    }
    return absl::OkStatus();
  }

  const Report& report() const { return report_; }

 private:
  absl::Status RunOnce(const Shape& shape) {
    const std::string directory = world_.scratch().Sub("x/floor");
    const auto driver = MakeDriver(world_, shape.volumes);
    const auto floor = MakeFloor(directory, TemplateFile(), shape.volumes);
    ASSIGN_OR_RETURN(auto measured, Measure(shape, {driver.get(), floor.get()},
                                            [this] { ReadMemory(); }));
    report_.results.push_back({.shape = shape,
                               .driver = std::move(measured[0]),
                               .floor = std::move(measured[1])});
    std::filesystem::remove_all(directory);
    return absl::OkStatus();
  }

  // Of the first run: later ones find what earlier ones left behind.
  void ReadMemory() {
    if (!report_.results.empty()) return;
    report_.node_resident_bytes = ResidentBytes(world_.daemons().node_pid());
    report_.controller_resident_bytes =
        ResidentBytes(world_.daemons().controller_pid());
  }

  std::string TemplateFile() const {
    return absl::StrCat(world_.pool(), "/templates/",
                        *world_.Names(root::PoolDirectory::kTemplates).begin());
  }

  root::World world_;
  Report report_;
};

int Main() {
  Bench bench;
  const absl::Status status = bench.Run();
  if (!status.ok()) {
    std::cerr << status << "\n";
    return 1;
  }
  std::cout << Table(bench.report());
  const std::string json = absl::GetFlag(FLAGS_json);
  if (!json.empty()) std::ofstream(json) << Json(bench.report());
  return 0;
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "Measures the driver against the bare system calls. Needs root.");
  absl::ParseCommandLine(argc, argv);
  return holdfast::bench::Main();
}
