#include "tests/bench/scale.h"

#include <fstream>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "tests/bench/bed.h"
#include "tests/bench/json.h"
#include "tests/bench/loop_supply.h"
#include "tests/bench/progress.h"
#include "tests/bench/run.h"

namespace holdfast::bench {
namespace {

// Upper bounds of what a volume takes of the kernel.
constexpr int64_t kThreadsPerVolume = 4;
constexpr int64_t kMountsPerVolume = 2;
constexpr int64_t kBytesPerVolume = 200 << 10;

int64_t NumberIn(const char* file) {
  std::ifstream stream(file);
  int64_t number = 0;
  stream >> number;
  return number;
}

absl::Status CheckLimit(const char* what, int64_t needed, int64_t limit) {
  if (needed < limit) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat(what, ": ", needed, " are needed, and the machine allows ",
                   limit, "; ask for fewer volumes"));
}

absl::Status CheckLimits(int64_t volumes) {
  RETURN_IF_ERROR(CheckLimit("threads", volumes * kThreadsPerVolume,
                             NumberIn("/proc/sys/kernel/pid_max")));
  RETURN_IF_ERROR(CheckLimit("mounts", volumes * kMountsPerVolume,
                             NumberIn("/proc/sys/fs/mount-max")));
  return CheckLimit("bytes of memory", volumes * kBytesPerVolume,
                    AvailableBytes());
}

// All of one contender's volumes up and down again.
absl::Status RunRound(Contender& contender, int volumes, ScaleSide& side,
                      std::vector<Durations>& tenths,
                      const std::function<void()>& when_up) {
  const bool first = side.up.empty();
  const KernelMemory before = MemoryOfKernel();
  ASSIGN_OR_RETURN(const std::vector<Measured> measured,
                   Measure({.volumes = volumes, .turn = (volumes + 9) / 10},
                           {&contender}, [&] {
                             if (first) side.kernel = MemoryOfKernel() - before;
                             when_up();
                           }));
  side.up.push_back(measured[0].up);
  side.down.push_back(measured[0].down);
  tenths.push_back(measured[0].latencies->TurnMedians(Step::kUp));
  return absl::OkStatus();
}

// The median over the rounds, tenth by tenth.
Durations OverRounds(const std::vector<Durations>& rounds) {
  Durations medians;
  for (size_t i = 0; i < rounds[0].size(); ++i) {
    Durations tenth;
    for (const Durations& round : rounds) tenth.push_back(round[i]);
    medians.push_back(Quantile(tenth, 0.5));
  }
  return medians;
}

double LastToFirst(const ScaleSide& side) {
  return absl::FDivDuration(side.tenths.back(), side.tenths.front());
}

std::string Row(const char* name, const ScaleSide& side, int volumes) {
  const auto each = [&](absl::Duration all) {
    return absl::ToDoubleMilliseconds(all) / volumes;
  };
  return absl::StrFormat(
      "%-8s %8.2f %8.2f  %8.2f %8.2f %6.2f  %9.1f %8.1f\n", name,
      each(Quantile(side.up, 0.5)), each(Quantile(side.down, 0.5)),
      absl::ToDoubleMilliseconds(side.tenths.front()),
      absl::ToDoubleMilliseconds(side.tenths.back()), LastToFirst(side),
      static_cast<double>(side.kernel.bytes()) / volumes / 1024,
      static_cast<double>(side.kernel.threads) / volumes);
}

std::string Row(const char* name, const ProcessMemory& idle,
                const ProcessMemory& full) {
  const auto mib = [](int64_t bytes) {
    return static_cast<double>(bytes) / (1 << 20);
  };
  return absl::StrFormat(
      "%-10s %6.1f MiB resident (%.1f anonymous); idle %.1f (%.1f)\n", name,
      mib(full.resident_bytes), mib(full.anonymous_bytes),
      mib(idle.resident_bytes), mib(idle.anonymous_bytes));
}

std::string JsonOf(const Durations& durations) {
  std::vector<std::string> texts;
  for (const absl::Duration duration : durations) {
    texts.push_back(absl::StrCat(absl::ToInt64Microseconds(duration)));
  }
  return JsonArray(texts);
}

std::string JsonOf(const ScaleSide& side) {
  return JsonObject()
      .Json("all_up_us", JsonOf(side.up))
      .Json("all_down_us", JsonOf(side.down))
      .Json("tenths_us", JsonOf(side.tenths))
      .Number("last_to_first", LastToFirst(side))
      .Json("kernel", Json(side.kernel))
      .ToString();
}

std::string JsonOf(const Ratio& ratio) {
  return JsonObject()
      .Number("median", ratio.median)
      .Number("low", ratio.low)
      .Number("high", ratio.high)
      .ToString();
}

}  // namespace

absl::StatusOr<ScaleResult> MeasureScale(const ScalePlan& plan) {
  RETURN_IF_ERROR(CheckLimits(plan.volumes));
  EnsureFreeLoops(plan.volumes);
  Bed bed;
  RETURN_IF_ERROR(bed.Start(plan.volumes * kVolumeBytes));
  const std::vector<pid_t> daemons = bed.daemons();
  ScaleResult result = {.plan = plan,
                        .node_idle = MemoryOf(daemons[0]),
                        .controller_idle = MemoryOf(daemons[1])};
  std::vector<Durations> driver_tenths;
  std::vector<Durations> floor_tenths;
  for (int round = 0; round < plan.rounds; ++round) {
    Progress(absl::StrCat("  round ", round + 1, " of ", plan.rounds));
    const auto floor = bed.NewFloor(root::Access::kMount, plan.volumes);
    RETURN_IF_ERROR(
        RunRound(*floor, plan.volumes, result.floor, floor_tenths, [] {}));
    const auto driver = bed.NewDriver(root::Access::kMount, plan.volumes);
    RETURN_IF_ERROR(
        RunRound(*driver, plan.volumes, result.driver, driver_tenths, [&] {
          if (round != 0) return;
          result.node = MemoryOf(daemons[0]);
          result.controller = MemoryOf(daemons[1]);
        }));
  }
  result.driver.tenths = OverRounds(driver_tenths);
  result.floor.tenths = OverRounds(floor_tenths);
  return result;
}

std::string Table(const ScaleResult& result) {
  const Ratio up = RatioOf(result.driver.up, result.floor.up);
  const Ratio down = RatioOf(result.driver.down, result.floor.down);
  std::string text = absl::StrFormat(
      "%d volumes at once, 1 caller, %d rounds: ratio up %.2f (%.2f to "
      "%.2f), down %.2f (%.2f to %.2f)\n"
      "%-8s %8s %8s  %8s %8s %6s  %9s %8s\n",
      result.plan.volumes, result.plan.rounds, up.median, up.low, up.high,
      down.median, down.low, down.high, "", "up each", "down", "first", "last",
      "ratio", "KiB each", "threads");
  text += Row("driver", result.driver, result.plan.volumes);
  text += Row("floor", result.floor, result.plan.volumes);
  text += Row("node", result.node_idle, result.node);
  return text + Row("controller", result.controller_idle, result.controller);
}

std::string Json(const ScaleResult& result) {
  return JsonObject()
      .Integer("volumes", result.plan.volumes)
      .Json("driver", JsonOf(result.driver))
      .Json("floor", JsonOf(result.floor))
      .Json("up_ratio", JsonOf(RatioOf(result.driver.up, result.floor.up)))
      .Json("down_ratio",
            JsonOf(RatioOf(result.driver.down, result.floor.down)))
      .Json("node_idle", Json(result.node_idle))
      .Json("node", Json(result.node))
      .Json("controller_idle", Json(result.controller_idle))
      .Json("controller", Json(result.controller))
      .ToString();
}

}  // namespace holdfast::bench
