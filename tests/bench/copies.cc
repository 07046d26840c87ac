#include "tests/bench/copies.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/bench/bed.h"
#include "tests/bench/filler.h"
#include "tests/bench/json.h"
#include "tests/bench/progress.h"

namespace holdfast::bench {
namespace {

constexpr uint64_t kSeed = 1;

absl::StatusOr<absl::Duration> Timed(
    const std::function<absl::Status()>& work) {
  RETURN_IF_ERROR(CheckInterrupt());
  const absl::Time begin = absl::Now();
  RETURN_IF_ERROR(work());
  return absl::Now() - begin;
}

absl::StatusOr<root::NodeArgs> MakeSource(Bed& bed, const CopyPlan& plan) {
  ASSIGN_OR_RETURN(const root::VolumeFact volume,
                   bed.csi().CreateVolume({.name = "source",
                                           .bytes = plan.bytes,
                                           .access = root::Access::kBlock}));
  const root::NodeArgs source =
      bed.world().Places(volume.id, root::Access::kBlock);
  RETURN_IF_ERROR(bed.world().Bring(source));
  return source;
}

absl::Status Fill(Bed& bed, const root::NodeArgs& source,
                  const CopyPlan& plan) {
  if (plan.extents == 0) return WriteThrough(source.target_path, plan.bytes);
  return Fragment({.device = source.target_path,
                   .bytes = plan.bytes,
                   .data_file = bed.world().DataFile(source.volume_id),
                   .extents = plan.extents,
                   .seed = kSeed});
}

class Copier {
 public:
  Copier(Bed& bed, const CopyPlan& plan, const std::string& volume)
      : csi_(bed.csi()),
        plan_(plan),
        volume_(volume),
        floor_(MakeFloor({.directory = bed.NewDirectory(),
                          .volumes = plan.repeats,
                          .bytes = plan.bytes},
                         bed.world().DataFile(volume))) {}

  // One of each.
  absl::Status Round(int round, CopyResult& result) {
    ASSIGN_OR_RETURN(const absl::Duration bare,
                     Timed([&] { return floor_->Run(Step::kCreate, round); }));
    std::string snapshot;
    ASSIGN_OR_RETURN(const absl::Duration cut, Timed([&]() -> absl::Status {
                       ASSIGN_OR_RETURN(const root::SnapshotFact fact,
                                        csi_.CreateSnapshot(
                                            absl::StrCat("s", round), volume_));
                       snapshot = fact.id;
                       return absl::OkStatus();
                     }));
    ASSIGN_OR_RETURN(const absl::Duration cloned, Timed([&] {
                       return Create({.name = absl::StrCat("c", round),
                                      .from_volume = volume_});
                     }));
    ASSIGN_OR_RETURN(const absl::Duration restored, Timed([&] {
                       return Create({.name = absl::StrCat("r", round),
                                      .from_snapshot = snapshot});
                     }));
    result.floor.push_back(bare);
    result.snapshot.push_back(cut);
    result.clone.push_back(cloned);
    result.restore.push_back(restored);
    return absl::OkStatus();
  }

 private:
  absl::Status Create(root::CreateArgs args) {
    args.bytes = plan_.bytes;
    args.access = root::Access::kBlock;
    return csi_.CreateVolume(args).status();
  }

  root::Csi& csi_;
  const CopyPlan plan_;
  const std::string volume_;
  const std::unique_ptr<Contender> floor_;
};

double Ms(const Durations& durations) {
  return absl::ToDoubleMilliseconds(Quantile(durations, 0.5));
}

std::string JsonOf(const Durations& ours, const Durations& floor) {
  const Ratio ratio = RatioOf(ours, floor);
  return JsonObject()
      .Micros("p50_us", Quantile(ours, 0.5))
      .Micros("max_us", Quantile(ours, 1.0))
      .Number("ratio", ratio.median)
      .ToString();
}

}  // namespace

absl::StatusOr<CopyResult> MeasureCopies(const CopyPlan& plan) {
  Bed bed;
  // The source, and a snapshot, a clone and a restore for each round.
  RETURN_IF_ERROR(bed.Start((3 * plan.repeats + 2) * plan.bytes));
  ASSIGN_OR_RETURN(const root::NodeArgs source, MakeSource(bed, plan));
  RETURN_IF_ERROR(Fill(bed, source, plan));
  CopyResult result = {.plan = plan};
  ASSIGN_OR_RETURN(result.extents,
                   CountExtents(bed.world().DataFile(source.volume_id)));
  Copier copier(bed, plan, source.volume_id);
  for (int round = 0; round < plan.repeats; ++round) {
    RETURN_IF_ERROR(copier.Round(round, result));
  }
  return result;
}

std::string Table(const CopyResult& result) {
  return absl::StrFormat(
      "%6d MiB in %6d extents: floor %8.2f ms; snapshot %8.2f (%.2f), clone "
      "%8.2f (%.2f), restore %8.2f (%.2f)",
      result.plan.bytes >> 20, result.extents, Ms(result.floor),
      Ms(result.snapshot), RatioOf(result.snapshot, result.floor).median,
      Ms(result.clone), RatioOf(result.clone, result.floor).median,
      Ms(result.restore), RatioOf(result.restore, result.floor).median);
}

std::string Json(const CopyResult& result) {
  return JsonObject()
      .Integer("bytes", result.plan.bytes)
      .Text("written", result.plan.extents == 0 ? "through" : "at random")
      .Integer("extents", result.extents)
      .Json("snapshot", JsonOf(result.snapshot, result.floor))
      .Json("clone", JsonOf(result.clone, result.floor))
      .Json("restore", JsonOf(result.restore, result.floor))
      .Json("floor", JsonOf(result.floor, result.floor))
      .ToString();
}

}  // namespace holdfast::bench
