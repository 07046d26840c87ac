// CreateSnapshot, DeleteSnapshot and GetSnapshot.

#ifndef HOLDFAST_CONTROLLER_SNAPSHOTS_H_
#define HOLDFAST_CONTROLLER_SNAPSHOTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/types.h"
#include "controller/pool_access.h"
#include "controller/requests.h"

namespace holdfast::controller {

// Thread-safe.
class Snapshots {
 public:
  explicit Snapshots(const PoolAccess& pool) : pool_(pool) {}

  // The snapshot of that name, cut now or by an earlier call; always ready.
  // Errors of Backend::CreateSnapshot; RESOURCE_EXHAUSTED if it has to be
  // usable from elsewhere; ABORTED if name or source is being worked on.
  absl::StatusOr<backend::Snapshot> Create(const CreateSnapshotArgs& args,
                                           Operation& operation);
  absl::Status Delete(const std::string& id, Operation& operation);
  absl::StatusOr<backend::Snapshot> Get(const std::string& id) const;

 private:
  const PoolAccess pool_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_SNAPSHOTS_H_
