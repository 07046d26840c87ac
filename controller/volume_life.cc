#include "controller/volume_life.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::controller {
namespace {

// The name's key is that of the id, so that create and delete of one volume
// exclude each other. Many clones of one source may be made at a time.
absl::StatusOr<KeyedLock::Keys> KeysOf(const backend::Backend& backend,
                                       const backend::VolumeSpec& spec) {
  ASSIGN_OR_RETURN(const std::string id, backend.VolumeId(spec));
  KeyedLock::Keys keys{.exclusive = {id}};
  if (spec.source.kind != backend::ContentSource::Kind::kNone) {
    keys.shared.push_back(spec.source.id);
  }
  return keys;
}

}  // namespace

absl::StatusOr<PlacedVolume> VolumeLife::Create(const CreateVolumeArgs& args,
                                                Operation& operation) {
  RETURN_IF_ERROR(CheckHere(pool_.backend, args.spec.source.id));
  ASSIGN_OR_RETURN(auto keys, KeysOf(pool_.backend, args.spec));
  ASSIGN_OR_RETURN(const auto held,
                   pool_.locks.TryLock(std::move(keys), operation));
  RETURN_IF_ERROR(CheckTopology(args));
  RETURN_IF_ERROR(operation.CheckActive());
  ASSIGN_OR_RETURN(auto volume,
                   pool_.backend.CreateVolume(args.spec, operation));
  return PlacedVolume{.volume = std::move(volume),
                      .topology = pool_.node.segments};
}

absl::Status VolumeLife::CheckTopology(const CreateVolumeArgs& args) const {
  if (Allows(args.topology, pool_.node.segments)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string id, pool_.backend.VolumeId(args.spec));
  const auto existing = pool_.backend.GetVolume(id);
  if (existing.ok()) {
    return absl::AlreadyExistsError(absl::StrCat(
        "volume ", existing->id, " exists and can be reached from ",
        ToString(pool_.node.segments),
        " only, which the topology requirement does not allow; delete it or "
        "ask for another name"));
  }
  if (!absl::IsNotFound(existing.status())) return existing.status();
  return absl::ResourceExhaustedError(absl::StrCat(
      "volumes made here can be reached from ", ToString(pool_.node.segments),
      " only, which the topology requirement does not allow; allow it or ask "
      "another node"));
}

absl::Status VolumeLife::Delete(const std::string& id, Operation& operation) {
  RETURN_IF_ERROR(CheckHere(pool_.backend, id));
  ASSIGN_OR_RETURN(const auto held, pool_.locks.TryLock(id, operation));
  RETURN_IF_ERROR(operation.CheckActive());
  return pool_.backend.DeleteVolume(id, operation);
}

}  // namespace holdfast::controller
