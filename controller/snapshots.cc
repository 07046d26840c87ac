#include "controller/snapshots.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::controller {

absl::StatusOr<backend::Snapshot> Snapshots::Create(
    const CreateSnapshotArgs& args, Operation& operation) {
  RETURN_IF_ERROR(CheckHere(pool_.backend, args.spec.source_volume_id));
  if (!Allows(args.topology, pool_.node.segments)) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "snapshots of ", args.spec.source_volume_id, " are usable from ",
        ToString(pool_.node.segments),
        " only, which the topology requirement does not allow; allow it"));
  }
  ASSIGN_OR_RETURN(const std::string id, pool_.backend.SnapshotId(args.spec));
  KeyedLock::Keys keys{.exclusive = {id, args.spec.source_volume_id}};
  ASSIGN_OR_RETURN(const auto held,
                   pool_.locks.TryLock(std::move(keys), operation));
  RETURN_IF_ERROR(operation.CheckActive());
  return pool_.backend.CreateSnapshot(args.spec, operation);
}

absl::Status Snapshots::Delete(const std::string& id, Operation& operation) {
  RETURN_IF_ERROR(CheckHere(pool_.backend, id));
  ASSIGN_OR_RETURN(const auto held, pool_.locks.TryLock(id, operation));
  RETURN_IF_ERROR(operation.CheckActive());
  return pool_.backend.DeleteSnapshot(id, operation);
}

absl::StatusOr<backend::Snapshot> Snapshots::Get(const std::string& id) const {
  RETURN_IF_ERROR(CheckHere(pool_.backend, id));
  return pool_.backend.GetSnapshot(id);
}

}  // namespace holdfast::controller
