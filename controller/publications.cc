#include "controller/publications.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "controller/access.h"

namespace holdfast::controller {
namespace {

using backend::Publication;

const Publication* FindNode(const backend::Volume& volume,
                            const std::string& node_id) {
  const auto& all = volume.publications;
  const auto it = std::find_if(all.begin(), all.end(), [&](const auto& each) {
    return each.node_id == node_id;
  });
  return it == all.end() ? nullptr : &*it;
}

std::string Describe(const Publication& publication) {
  return absl::StrCat(Name(publication.access_mode),
                      publication.read_only ? " read-only" : " read-write");
}

absl::Status CheckSame(const backend::Volume& volume, const Publication& there,
                       const Publication& wanted) {
  if (there == wanted) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(
      "volume ", volume.id, " is published to node ", there.node_id, " as ",
      Describe(there), ", not as ", Describe(wanted), "; unpublish it first"));
}

}  // namespace

absl::Status Publications::Publish(const PublishArgs& args,
                                   Operation& operation) {
  RETURN_IF_ERROR(CheckHere(pool_.backend, args.volume_id));
  ASSIGN_OR_RETURN(const auto held,
                   pool_.locks.TryLock(args.volume_id, operation));
  ASSIGN_OR_RETURN(const auto volume, pool_.backend.GetVolume(args.volume_id));
  if (args.node_id != pool_.node.node_id) {
    return absl::NotFoundError(absl::StrCat(
        "node ", args.node_id, " cannot reach volume ", volume.id,
        ", which lives on node ", pool_.node.node_id, "; use that node"));
  }
  const Publication wanted{.node_id = args.node_id,
                           .read_only = args.read_only,
                           .access_mode = args.capability.access_mode};
  const Publication* const there = FindNode(volume, args.node_id);
  const absl::Status fits = CheckFormat(volume.format, args.capability);
  if (there == nullptr) {
    RETURN_IF_ERROR(fits);
    // A record of another node is from before the pool moved here: that node
    // cannot have the volume, so the record goes.
    return pool_.backend.SetPublications(volume.id, {wanted});
  }
  if (!fits.ok()) return WithCode(fits, absl::StatusCode::kAlreadyExists);
  RETURN_IF_ERROR(CheckSame(volume, *there, wanted));
  // What is read may be from a call that was cut short before it was durable.
  return pool_.backend.SetPublications(volume.id, volume.publications);
}

absl::Status Publications::Unpublish(const UnpublishArgs& args,
                                     Operation& operation) {
  RETURN_IF_ERROR(CheckHere(pool_.backend, args.volume_id));
  ASSIGN_OR_RETURN(const auto held,
                   pool_.locks.TryLock(args.volume_id, operation));
  auto volume = pool_.backend.GetVolume(args.volume_id);
  if (absl::IsNotFound(volume.status())) return absl::OkStatus();
  RETURN_IF_ERROR(volume.status());
  std::erase_if(volume->publications, [&](const Publication& each) {
    return args.node_id.empty() || each.node_id == args.node_id;
  });
  // Also when nothing was there: an earlier call may have been cut short
  // between taking it out and making that durable.
  return pool_.backend.SetPublications(volume->id, volume->publications);
}

}  // namespace holdfast::controller
