#include "controller/capacity.h"

#include <algorithm>

#include "controller/access.h"

namespace holdfast::controller {

absl::StatusOr<backend::Capacity> CapacityFor(const CapacityArgs& args,
                                              const PoolAccess& pool) {
  const bool offered = std::all_of(
      args.capabilities.begin(), args.capabilities.end(),
      [](const Capability& each) { return CheckOffered(each).ok(); });
  if (!offered || !Within(pool.node.segments, args.topology)) {
    return backend::Capacity();
  }
  return pool.backend.GetCapacity(args.query);
}

}  // namespace holdfast::controller
