#include "absl/strings/str_cat.h"
#include "cli/doctor/check.h"

namespace holdfast::cli::doctor {
namespace {

Finding NoAnswer(const absl::Status& status) {
  if (absl::IsUnimplemented(status)) {
    return {.severity = Severity::kNote,
            .what = "the daemon does not say what pools it has",
            .why =
                "it is older than this command: pools and the leftovers of "
                "their volumes are not looked at",
            .advice = "update the daemons to this version"};
  }
  return {.severity = Severity::kWarning,
          .what = absl::StrCat("the pools cannot be asked: ", status.message()),
          .why = "how full they are stays unseen, and which volumes there are",
          .advice =
              "see that the daemons run (holdfast doctor "
              "--check=daemons) and that you may use their sockets"};
}

Finding Look(const PoolFacts& pool) {
  const std::string name =
      absl::StrCat("pool ", pool.name, " (", pool.home,
                   pool.place.empty() ? "" : " at ", pool.place, ")");
  if (pool.forgotten) {
    return {.severity = Severity::kNote,
            .what = absl::StrCat(name, " is forgotten"),
            .why = "its volumes count as deleted",
            .advice = "nothing, if its data is lost for good"};
  }
  if (pool.error.empty()) return {.what = absl::StrCat(name, " answers")};
  return {.severity = Severity::kError,
          .what = absl::StrCat(name, " is not to be had: ", pool.error),
          .why =
              "its volumes cannot be made, staged or deleted; what is "
              "mounted goes on",
          .advice =
              "see that its disk is there and mounted, and that its "
              "daemon runs; if the disk is lost for good: holdfast pool "
              "forget"};
}

}  // namespace

Findings CheckPools(const World& world) {
  const auto& pools = world.inventory.Pools();
  if (!pools.ok()) return {NoAnswer(pools.status())};
  Findings findings;
  for (const PoolFacts& pool : *pools) findings.push_back(Look(pool));
  if (findings.empty()) {
    findings.push_back({.severity = Severity::kNote,
                        .what = "the daemons have no pool",
                        .why = "there is nowhere to make a volume",
                        .advice = "make one: holdfast pool init, and give it "
                                  "to holdfast-node by --pool"});
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
