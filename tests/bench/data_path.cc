#include "tests/bench/data_path.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "tests/bench/bed.h"
#include "tests/bench/filler.h"
#include "tests/bench/json.h"
#include "tests/bench/progress.h"
#include "tests/bench/run.h"
#include "tests/root/fixture/process.h"

namespace holdfast::bench {
namespace {

// Less than a volume, for the sake of the file system's own blocks.
constexpr int64_t kFileBytes = kVolumeBytes * 3 / 4;

struct Job {
  const char* direction;  // as fio calls it
  const char* block;
  int depth;
};

constexpr Job kJobs[] = {{"randread", "4k", 1},  {"randread", "4k", 32},
                         {"randwrite", "4k", 1}, {"randwrite", "4k", 32},
                         {"read", "1M", 4},      {"write", "1M", 4}};

bool Reads(const Job& job) {
  return absl::string_view(job.direction).find("read") !=
         absl::string_view::npos;
}

// Fields of a line of fio's terse output, version 3 (fio(1), TERSE OUTPUT).
constexpr size_t kReadFields = 5;
constexpr size_t kWriteFields = 46;
constexpr size_t kRate = 1;  // KiB/s
constexpr size_t kOperations = 2;
constexpr size_t kQuantiles = 12;
constexpr size_t kQuantileCount = 20;

// Of "99.000000%=123" the number, microseconds.
absl::Duration QuantileIn(const std::vector<std::string>& fields, size_t begin,
                          const char* quantile) {
  for (size_t i = begin; i < begin + kQuantileCount; ++i) {
    const std::vector<std::string> sides = absl::StrSplit(fields[i], "%=");
    int64_t micros = 0;
    if (sides.size() == 2 && sides[0] == quantile &&
        absl::SimpleAtoi(sides[1], &micros)) {
      return absl::Microseconds(micros);
    }
  }
  return absl::ZeroDuration();
}

absl::StatusOr<IoFigures> Parse(const std::string& output, const Job& job) {
  const std::vector<std::string> fields =
      absl::StrSplit(output, absl::ByAnyChar(";\n"));
  const size_t begin = Reads(job) ? kReadFields : kWriteFields;
  IoFigures figures;
  if (fields.size() < begin + kQuantiles + kQuantileCount ||
      !absl::SimpleAtoi(fields[begin + kRate], &figures.bytes_per_second) ||
      !absl::SimpleAtod(fields[begin + kOperations], &figures.per_second)) {
    return absl::InternalError("not fio's terse output: " + output);
  }
  figures.bytes_per_second *= 1024;
  figures.p50 = QuantileIn(fields, begin + kQuantiles, "50.000000");
  figures.p99 = QuantileIn(fields, begin + kQuantiles, "99.000000");
  return figures;
}

absl::StatusOr<IoFigures> RunFio(const std::string& file, const Job& job,
                                 absl::Duration time) {
  RETURN_IF_ERROR(CheckInterrupt());
  ASSIGN_OR_RETURN(
      const std::string output,
      root::RunProgram(
          {"fio", "--name=bench", "--minimal", "--terse-version=3",
           "--ioengine=libaio", "--direct=1", "--time_based", "--randrepeat=1",
           absl::StrCat("--runtime=", absl::ToInt64Milliseconds(time), "ms"),
           absl::StrCat("--filename=", file),
           absl::StrCat("--rw=", job.direction),
           absl::StrCat("--bs=", job.block),
           absl::StrCat("--iodepth=", job.depth),
           absl::StrCat("--size=", kFileBytes)}));
  return Parse(output, job);
}

// What is read and written; made with data in it.
absl::StatusOr<std::string> Prepare(Contender& contender, root::Access access) {
  RETURN_IF_ERROR(contender.Prepare(0));
  for (const Step step : {Step::kCreate, Step::kStage, Step::kPublish}) {
    RETURN_IF_ERROR(contender.Run(step, 0));
  }
  std::string file = contender.Target(0);
  if (access == root::Access::kMount) file += "/data";
  RETURN_IF_ERROR(WriteThrough(file, kFileBytes));
  return file;
}

struct Targets {
  std::string driver;
  std::string hand;
  std::string file;  // empty: none
};

absl::StatusOr<IoResult> RunJob(const Job& job, const Targets& targets,
                                const IoPlan& plan) {
  IoResult result = {
      .job = absl::StrCat(job.direction, " ", job.block, " qd ", job.depth)};
  for (int round = 0; round < plan.rounds; ++round) {
    ASSIGN_OR_RETURN(const IoFigures hand,
                     RunFio(targets.hand, job, plan.time));
    ASSIGN_OR_RETURN(const IoFigures driver,
                     RunFio(targets.driver, job, plan.time));
    result.hand.push_back(hand);
    result.driver.push_back(driver);
    if (targets.file.empty()) continue;
    ASSIGN_OR_RETURN(const IoFigures file,
                     RunFio(targets.file, job, plan.time));
    result.file.push_back(file);
  }
  return result;
}

absl::Status RunJobs(Bed& bed, root::Access access, const IoPlan& plan,
                     std::vector<IoResult>& results) {
  const auto driver = bed.NewDriver(access, 1);
  const auto hand = bed.NewFloor(access, 1);
  Targets targets;
  ASSIGN_OR_RETURN(targets.driver, Prepare(*driver, access));
  ASSIGN_OR_RETURN(targets.hand, Prepare(*hand, access));
  if (access == root::Access::kBlock) {
    targets.file = bed.NewDirectory() + "/data";
    RETURN_IF_ERROR(WriteThrough(targets.file, kFileBytes));
  }
  for (int i = 0; i < std::min<int>(plan.jobs, std::size(kJobs)); ++i) {
    const Job& job = kJobs[i];
    Progress(absl::StrCat("  ", NameOf(access), " ", job.direction, " ",
                          job.block, " qd ", job.depth));
    ASSIGN_OR_RETURN(IoResult result, RunJob(job, targets, plan));
    result.kind = access == root::Access::kBlock ? "block" : "file system";
    results.push_back(std::move(result));
  }
  return absl::OkStatus();
}

template <typename Member>
Durations Pick(const std::vector<IoFigures>& rounds, Member member) {
  Durations picked;
  for (const IoFigures& round : rounds) picked.push_back(round.*member);
  return picked;
}

// The time an operation takes up, so that ratios are those of RatioOf.
Durations Intervals(const std::vector<IoFigures>& rounds) {
  Durations intervals;
  for (const IoFigures& round : rounds) {
    intervals.push_back(absl::Seconds(1) / std::max(round.per_second, 0.001));
  }
  return intervals;
}

// Operations per second of `ours` as a multiple.
double Throughput(const std::vector<IoFigures>& ours,
                  const std::vector<IoFigures>& theirs) {
  return RatioOf(Intervals(theirs), Intervals(ours)).median;
}

double PerSecond(const std::vector<IoFigures>& rounds) {
  if (rounds.empty()) return 0;
  return absl::FDivDuration(absl::Seconds(1), Quantile(Intervals(rounds), 0.5));
}

std::string JsonOf(const std::vector<IoFigures>& rounds) {
  return JsonObject()
      .Number("per_second", PerSecond(rounds))
      .Micros("p50_us", Quantile(Pick(rounds, &IoFigures::p50), 0.5))
      .Micros("p99_us", Quantile(Pick(rounds, &IoFigures::p99), 0.5))
      .ToString();
}

}  // namespace

absl::StatusOr<std::vector<IoResult>> MeasureIo(const IoPlan& plan) {
  if (!root::RunProgram({"fio", "--version"}).ok()) {
    return absl::UnavailableError("there is no fio; install its package");
  }
  Bed bed;
  RETURN_IF_ERROR(bed.Start(4 * kVolumeBytes));
  std::vector<IoResult> results;
  RETURN_IF_ERROR(RunJobs(bed, root::Access::kBlock, plan, results));
  RETURN_IF_ERROR(RunJobs(bed, root::Access::kMount, plan, results));
  return results;
}

std::string Table(const IoResult& result) {
  std::string text = absl::StrFormat(
      "%-11s %-16s driver %9.0f/s, by hand %9.0f/s: ratio %.3f", result.kind,
      result.job, PerSecond(result.driver), PerSecond(result.hand),
      Throughput(result.driver, result.hand));
  if (!result.file.empty()) {
    absl::StrAppendFormat(&text, "; file %9.0f/s: ratio %.3f",
                          PerSecond(result.file),
                          Throughput(result.driver, result.file));
  }
  return text;
}

std::string Json(const IoResult& result) {
  JsonObject object;
  object.Text("kind", result.kind)
      .Text("job", result.job)
      .Json("driver", JsonOf(result.driver))
      .Json("hand", JsonOf(result.hand))
      .Number("ratio_to_hand", Throughput(result.driver, result.hand));
  if (!result.file.empty()) {
    object.Json("file", JsonOf(result.file))
        .Number("ratio_to_file", Throughput(result.driver, result.file));
  }
  return object.ToString();
}

}  // namespace holdfast::bench
