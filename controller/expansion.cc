#include "controller/expansion.h"

#include "base/status.h"
#include "controller/access.h"

namespace holdfast::controller {

absl::StatusOr<ExpandedVolume> Expansion::Expand(const ExpandArgs& args,
                                                 Operation& operation) {
  RETURN_IF_ERROR(CheckHere(pool_.backend, args.volume_id));
  ASSIGN_OR_RETURN(const auto held,
                   pool_.locks.TryLock(args.volume_id, operation));
  ASSIGN_OR_RETURN(const auto volume, pool_.backend.GetVolume(args.volume_id));
  for (const auto& capability : args.capabilities) {
    RETURN_IF_ERROR(CheckFormat(volume.format, capability));
  }
  RETURN_IF_ERROR(operation.CheckActive());
  ASSIGN_OR_RETURN(
      const int64_t size,
      pool_.backend.ExpandVolume(volume.id, args.capacity, operation));
  return ExpandedVolume{.size_bytes = size};
}

}  // namespace holdfast::controller
