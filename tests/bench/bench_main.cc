// holdfast-bench: the driver beside the same system calls made directly, in one
// run on one XFS.

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "tests/bench/calls.h"
#include "tests/bench/copies.h"
#include "tests/bench/data_path.h"
#include "tests/bench/latency.h"
#include "tests/bench/progress.h"
#include "tests/bench/report.h"
#include "tests/bench/scale.h"
#include "tests/root/fixture/world.h"

using Texts = std::vector<std::string>;

ABSL_FLAG(Texts, only, (Texts{"latency", "calls", "scale", "copies", "io"}),
          "Sections to run.");
ABSL_FLAG(bool, quick, false, "Smaller numbers of everything not asked for.");
ABSL_FLAG(bool, smoke, false, "The smallest: to see that it works.");
ABSL_FLAG(int, volumes, 0, "Volumes of each run of the section latency.");
ABSL_FLAG(Texts, callers, {},
          "Callers at once in the section latency: one run for each number.");
ABSL_FLAG(Texts, scale, {},
          "Volumes at once in the section scale: one run for each number.");
ABSL_FLAG(Texts, access, (Texts{"mount", "block"}),
          "Kinds of volumes of the sections latency and calls.");
ABSL_FLAG(Texts, versus, {},
          "Another driver: its endpoint, or those of its controller and node, "
          "like unix:///run/csi.sock. Its calls are measured in turn.");
ABSL_FLAG(std::string, json, "", "File for the results as JSON.");
ABSL_FLAG(std::string, revision, "", "What is measured, for the JSON.");
ABSL_FLAG(std::string, preset, "", "How it was built, for the JSON.");

namespace holdfast::bench {
namespace {

bool Wanted(const std::string& section) {
  const Texts only = absl::GetFlag(FLAGS_only);
  return std::find(only.begin(), only.end(), section) != only.end();
}

// How much of everything is done that no flag asks for.
struct Sizes {
  int volumes = 1000;
  Texts callers = {"1", "8", "32"};
  Texts scale = {"1000", "5000"};
  int scale_rounds = 3;
  std::vector<CopyPlan> copies = {
      {.bytes = 64 * root::kMiB},
      {.bytes = root::kGiB},
      {.bytes = 10 * root::kGiB},
      {.bytes = 10 * root::kGiB, .extents = 1000},
      {.bytes = 10 * root::kGiB, .extents = 10000},
      {.bytes = 10 * root::kGiB, .extents = 100000}};
  IoPlan io;
};

Sizes WantedSizes() {
  if (absl::GetFlag(FLAGS_smoke)) {
    return {.volumes = 6,
            .callers = {"2"},
            .scale = {"10"},
            .scale_rounds = 1,
            .copies = {{.bytes = 16 * root::kMiB, .repeats = 1},
                       {.bytes = 64 * root::kMiB, .extents = 50, .repeats = 1}},
            .io = {.time = absl::Milliseconds(50), .rounds = 1, .jobs = 1}};
  }
  if (absl::GetFlag(FLAGS_quick)) {
    return {.volumes = 200,
            .callers = {"1", "8"},
            .scale = {"200"},
            .scale_rounds = 1,
            .copies = {{.bytes = 64 * root::kMiB, .repeats = 3},
                       {.bytes = root::kGiB, .extents = 1000, .repeats = 3}},
            .io = {.time = absl::Milliseconds(300), .rounds = 1}};
  }
  return {};
}

absl::StatusOr<std::vector<int>> Numbers(Texts texts, const Texts& defaults) {
  std::vector<int> numbers;
  if (texts.empty()) texts = defaults;
  for (const std::string& text : texts) {
    if (!absl::SimpleAtoi(text, &numbers.emplace_back()) ||
        numbers.back() < 1) {
      return absl::InvalidArgumentError(text + " is not a positive number");
    }
  }
  return numbers;
}

absl::StatusOr<std::vector<root::Access>> AccessTypes() {
  std::vector<root::Access> types;
  for (const std::string& text : absl::GetFlag(FLAGS_access)) {
    if (text != "mount" && text != "block") {
      return absl::InvalidArgumentError("--access: " + text);
    }
    types.push_back(text == "mount" ? root::Access::kMount
                                    : root::Access::kBlock);
  }
  return types;
}

std::unique_ptr<root::Csi> Other() {
  const Texts endpoints = absl::GetFlag(FLAGS_versus);
  if (endpoints.empty()) return nullptr;
  return std::make_unique<root::Csi>(endpoints.front(), endpoints.back());
}

absl::Status RunLatency(const Sizes& sizes, Report& report) {
  ASSIGN_OR_RETURN(const std::vector<root::Access> types, AccessTypes());
  ASSIGN_OR_RETURN(const std::vector<int> callers,
                   Numbers(absl::GetFlag(FLAGS_callers), sizes.callers));
  const std::unique_ptr<root::Csi> other = Other();
  int volumes = absl::GetFlag(FLAGS_volumes);
  if (volumes < 1) volumes = sizes.volumes;
  for (const root::Access access : types) {
    for (const int number : callers) {
      Progress(absl::StrFormat("latency: %d %s volumes, %d callers", volumes,
                               NameOf(access), number));
      const Shape shape = {.volumes = volumes,
                           .callers = number,
                           .turn = std::clamp(volumes / 20, 1, 50)};
      ASSIGN_OR_RETURN(
          const LatencyResult result,
          MeasureLatency(
              {.shape = shape, .access = access, .other = other.get()}));
      report.Add("latency", Table(result), Json(result));
    }
  }
  return absl::OkStatus();
}

absl::Status RunCalls(const Sizes& /*sizes*/, Report& report) {
  ASSIGN_OR_RETURN(const std::vector<root::Access> types, AccessTypes());
  for (const root::Access access : types) {
    Progress(absl::StrCat("calls: ", NameOf(access), " volumes"));
    ASSIGN_OR_RETURN(const CallsResult result, MeasureCalls(access));
    report.Add("calls", Table(result), Json(result));
  }
  return absl::OkStatus();
}

absl::Status RunScale(const Sizes& sizes, Report& report) {
  ASSIGN_OR_RETURN(const std::vector<int> numbers,
                   Numbers(absl::GetFlag(FLAGS_scale), sizes.scale));
  for (const int volumes : numbers) {
    Progress(absl::StrCat("scale: ", volumes, " volumes at once"));
    ASSIGN_OR_RETURN(
        const ScaleResult result,
        MeasureScale({.volumes = volumes,
                      .rounds = volumes > 1000 ? 1 : sizes.scale_rounds}));
    report.Add("scale", Table(result), Json(result));
  }
  return absl::OkStatus();
}

absl::Status RunCopies(const Sizes& sizes, Report& report) {
  for (const CopyPlan& plan : sizes.copies) {
    Progress(absl::StrCat("copies: ", plan.bytes >> 20, " MiB, ",
                          plan.extents == 0
                              ? "written through"
                              : absl::StrCat(plan.extents, " extents")));
    ASSIGN_OR_RETURN(const CopyResult result, MeasureCopies(plan));
    report.Add("copies", Table(result), Json(result));
  }
  return absl::OkStatus();
}

absl::Status RunIo(const Sizes& sizes, Report& report) {
  Progress("io:");
  ASSIGN_OR_RETURN(const std::vector<IoResult> results, MeasureIo(sizes.io));
  for (const IoResult& result : results) {
    report.Add("io", Table(result), Json(result));
  }
  return absl::OkStatus();
}

struct Section {
  const char* name;
  absl::Status (*run)(const Sizes& sizes, Report& report);
};

constexpr Section kSections[] = {
    {"latency", RunLatency}, {"calls", RunCalls}, {"scale", RunScale},
    {"copies", RunCopies},   {"io", RunIo},
};

absl::Status CheckSections() {
  for (const std::string& name : absl::GetFlag(FLAGS_only)) {
    if (std::none_of(
            std::begin(kSections), std::end(kSections),
            [&](const Section& known) { return name == known.name; })) {
      return absl::InvalidArgumentError("--only: there is no section " + name);
    }
  }
  return absl::OkStatus();
}

absl::Status Run(Report& report) {
  RETURN_IF_ERROR(CheckSections());
  for (const Section& section : kSections) {
    RETURN_IF_ERROR(CheckInterrupt());
    if (Wanted(section.name)) {
      RETURN_IF_ERROR(
          Annotate(section.run(WantedSizes(), report), section.name));
    }
  }
  return absl::OkStatus();
}

int Main() {
  CatchInterrupts();
  Report report(DescribeMachine(absl::GetFlag(FLAGS_revision),
                                absl::GetFlag(FLAGS_preset)));
  const absl::Status status = Run(report);
  // After a failure too: what was measured until then.
  const std::string json = absl::GetFlag(FLAGS_json);
  if (!json.empty()) std::ofstream(json) << report.Json();
  if (status.ok()) return 0;
  Progress(status.ToString());
  return 1;
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "Measures the driver against the bare system calls. Needs root.");
  absl::ParseCommandLine(argc, argv);
  return holdfast::bench::Main();
}
