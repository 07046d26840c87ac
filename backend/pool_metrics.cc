#include "backend/pool_metrics.h"

#include <algorithm>
#include <map>
#include <string>

namespace holdfast::backend {
namespace {

using Family = MetricTable::Family;

constexpr Family kUp{"backend_up", "1 if the pool could be measured."};
constexpr Family kCapacity{"backend_capacity_bytes",
                           "Size of the storage under the pool."};
constexpr Family kAllocated{
    "backend_allocated_bytes",
    "Written to the storage under the pool, its own metadata included."};
constexpr Family kUsable{"backend_usable_bytes",
                         "What the pool may promise to volumes in all."};
constexpr Family kPromised{
    "backend_promised_bytes",
    "Promised to volumes, snapshots, templates and trash."};
constexpr Family kTrash{"backend_trash_bytes",
                        "Of the promised bytes, those of deleted objects that "
                        "give way when a create needs the room."};
constexpr Family kAvailable{"backend_available_bytes",
                            "What may still be promised, trash included."};
constexpr Family kPressure{
    "backend_pressure",
    "0 while the pool has room, 1 above 85 %, 2 above 95 % of what it can "
    "promise or store."};

double Part(int64_t bytes, int64_t of) {
  return of > 0 ? static_cast<double>(bytes) / static_cast<double>(of) : 1.0;
}

}  // namespace

Pressure PressureOf(const PoolState& pool) {
  const double fill =
      std::max(Part(pool.promised_bytes - pool.trash_bytes, pool.usable_bytes),
               Part(pool.size_bytes - pool.free_bytes, pool.size_bytes));
  if (fill > kHighWater) return Pressure::kHigh;
  return fill > kLowWater ? Pressure::kRising : Pressure::kNone;
}

void AddPoolMetrics(Backend& backend, MetricTable& table) {
  for (const PoolIdentity& identity : backend.Pools()) {
    const MetricTable::Labels labels = {{"pool", identity.name}};
    const auto pool = backend.GetPool(identity.home);
    table.Gauge(kUp, labels, pool.ok() ? 1 : 0);
    if (!pool.ok()) continue;
    const auto gauge = [&](const Family& family, int64_t bytes) {
      table.Gauge(family, labels, static_cast<double>(bytes));
    };
    gauge(kCapacity, pool->size_bytes);
    gauge(kAllocated, pool->size_bytes - pool->free_bytes);
    gauge(kUsable, pool->usable_bytes);
    gauge(kPromised, pool->promised_bytes);
    gauge(kTrash, pool->trash_bytes);
    gauge(kAvailable, pool->available_bytes);
    gauge(kPressure, static_cast<int64_t>(PressureOf(*pool)));
  }
}

}  // namespace holdfast::backend
