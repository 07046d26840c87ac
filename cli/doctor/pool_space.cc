#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/doctor/check.h"

namespace holdfast::cli::doctor {
namespace {

constexpr int64_t kWarnPercent = 85;
constexpr int64_t kErrorPercent = 95;
// Of the pool: what is trash beyond that is worth a word.
constexpr int64_t kTrashPercent = 20;

std::string Size(int64_t bytes) {
  return absl::StrFormat("%.1f GiB",
                         static_cast<double>(bytes) / (int64_t{1} << 30));
}

int64_t Percent(int64_t part, int64_t whole) {
  return whole <= 0 ? 0
                    : static_cast<int64_t>(100.0 * static_cast<double>(part) /
                                           static_cast<double>(whole));
}

void AddPromised(const PoolFacts& pool, Findings& findings) {
  const int64_t percent = Percent(pool.promised_bytes, pool.usable_bytes);
  const std::string what =
      absl::StrCat("pool ", pool.name, " has promised ", percent,
                   " % of what it may: ", Size(pool.promised_bytes), " of ",
                   Size(pool.usable_bytes));
  if (percent <= kWarnPercent) {
    findings.push_back({.what = what});
    return;
  }
  findings.push_back(
      {.severity =
           percent > kErrorPercent ? Severity::kError : Severity::kWarning,
       .what = what,
       .why = "new volumes, snapshots and expansions will be refused; those "
              "that exist keep their room",
       .advice = "delete what is not needed, purge the trash (holdfast trash "
                 "list), or give the pool a larger disk"});
}

// What a pool may not promise is its reserve, where metadata and copies on
// write live (docs/pool-format.md), and what its file system takes for itself,
// which cannot be told from it here. A pool that is full to its last promise
// has the reserve free and nothing else, so half of the two is the line. With
// a ratio above 1 more is promised than there is, and the reserve is unseen.
int64_t LineOf(const PoolFacts& pool) {
  return std::max((pool.size_bytes - pool.usable_bytes) / 2,
                  pool.size_bytes / 200);
}

void AddFree(const PoolFacts& pool, Findings& findings) {
  const int64_t line = LineOf(pool);
  if (pool.size_bytes <= 0 || pool.free_bytes >= line) return;
  findings.push_back(
      {.severity = Severity::kError,
       .what = absl::StrCat("the file system of pool ", pool.name, " has ",
                            Size(pool.free_bytes),
                            " free and lives on its reserve (below ",
                            Size(line), ")"),
       .why = "containers that write may soon get I/O errors: something other "
              "than the pool fills its disk, or more was promised than there "
              "is",
       .advice =
           absl::StrCat("look for files that are not the pool's in ",
                        pool.place, ", purge the trash, delete snapshots")});
}

void AddTrash(const PoolFacts& pool, Findings& findings) {
  const int64_t percent = Percent(pool.trash_bytes, pool.size_bytes);
  if (percent <= kTrashPercent) return;
  findings.push_back(
      {.severity = Severity::kNote,
       .what = absl::StrCat("the trash of pool ", pool.name, " holds ",
                            Size(pool.trash_bytes), ", ", percent,
                            " % of the pool"),
       .why = "it gives way when a volume needs the room, and what was deleted "
              "can then not be had back",
       .advice = "holdfast trash list; holdfast trash purge what is not wanted "
                 "any more"});
}

}  // namespace

Findings CheckPoolSpace(const World& world) {
  const auto& pools = world.inventory.Pools();
  Findings findings;
  if (!pools.ok()) return findings;  // said by the check "pools"
  for (const PoolFacts& pool : *pools) {
    if (!pool.error.empty() || pool.forgotten) continue;
    AddPromised(pool, findings);
    AddFree(pool, findings);
    AddTrash(pool, findings);
  }
  return findings;
}

}  // namespace holdfast::cli::doctor
