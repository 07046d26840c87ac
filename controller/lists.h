// ListVolumes, ControllerGetVolume and ListSnapshots.

#ifndef HOLDFAST_CONTROLLER_LISTS_H_
#define HOLDFAST_CONTROLLER_LISTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "controller/answers.h"
#include "controller/pool_access.h"
#include "controller/requests.h"

namespace holdfast::controller {

// Reads, without locks: what is listed was whole at the moment it was read.
// Thread-safe.
class Lists {
 public:
  explicit Lists(const PoolAccess& pool) : pool_(pool) {}

  absl::StatusOr<backend::Page<VolumeWithStatus>> Volumes(
      const ListVolumesArgs& args) const;
  absl::StatusOr<VolumeWithStatus> Volume(const std::string& id) const;

  // Empty for a filter that nothing matches, also for a malformed id.
  absl::StatusOr<backend::Page<backend::Snapshot>> Snapshots(
      const ListSnapshotsArgs& args) const;

 private:
  absl::StatusOr<VolumeWithStatus> WithStatus(backend::Volume volume) const;
  absl::StatusOr<bool> IsAttached(const std::string& id) const;

  const PoolAccess pool_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_LISTS_H_
