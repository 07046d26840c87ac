#include "cli/doctor/inventory.h"

#include <utility>

#include "base/ids.h"

namespace holdfast::cli::doctor {

Knowledge VolumeList::Of(absl::string_view id) const {
  const auto parsed = ParseId(id);
  if (!parsed || parsed->kind != IdKind::kVolume) return Knowledge::kUnclear;
  if (ids_.contains(std::string(id))) return Knowledge::kKnown;
  return homes_.contains(parsed->home) ? Knowledge::kUnknown
                                       : Knowledge::kUnclear;
}

const absl::StatusOr<std::vector<PoolFacts>>& Inventory::Pools() {
  if (!pools_) pools_ = admin_.ListPools();
  return *pools_;
}

VolumeList Inventory::Volumes() {
  const auto& pools = Pools();
  if (!pools.ok()) return {{}, {}};
  const auto ids = admin_.ListVolumes();
  if (!ids.ok()) return {{}, {}};
  std::set<std::string> homes;
  for (const PoolFacts& pool : *pools) {
    if (pool.error.empty() && !pool.forgotten) homes.insert(pool.home);
  }
  return {std::move(homes), {ids->begin(), ids->end()}};
}

}  // namespace holdfast::cli::doctor
