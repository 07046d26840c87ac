#include "backend/pool/capacity.h"

#include <algorithm>

#include "backend/pool/fs_types.h"
#include "backend/pool/parameters.h"
#include "backend/pool/sizes.h"
#include "backend/pool/templates.h"

namespace holdfast::pool {
namespace {

constexpr int64_t kBlockBytes = 4096;

backend::Capacity Between(int64_t minimum, int64_t available, int64_t largest) {
  // What is promised is whole extents.
  largest = std::max<int64_t>(0, largest) / kExtentBytes * kExtentBytes;
  return {.available_bytes = available,
          .maximum_volume_bytes = largest < minimum ? 0 : largest,
          .minimum_volume_bytes = minimum};
}

}  // namespace

backend::Capacity CapacityFor(const backend::CapacityQuery& query,
                              int64_t available_bytes) {
  if (query.access_type == backend::AccessType::kBlock) {
    if (!ParseVolumeParameters(query.parameters, "").ok()) return {};
    return Between(kBlockBytes, available_bytes, available_bytes);
  }
  const auto type = FindFsType(query.fs_type);
  if (!type.ok()) return {};
  if (!ParseVolumeParameters(query.parameters, type->name).ok()) return {};
  return Between(type->minimum_bytes, available_bytes,
                 available_bytes - Templates::UpperBoundBytes(available_bytes));
}

}  // namespace holdfast::pool
