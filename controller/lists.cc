#include "controller/lists.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace holdfast::controller {
namespace {

bool Contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

absl::StatusOr<backend::Page<VolumeWithStatus>> Lists::Volumes(
    const ListVolumesArgs& args) const {
  RETURN_IF_ERROR(CheckHere(pool_.backend, args.page.after));
  ASSIGN_OR_RETURN(auto page, pool_.backend.ListVolumes(args.page));
  backend::Page<VolumeWithStatus> answer{.more = page.more};
  answer.entries.reserve(page.entries.size());
  for (auto& volume : page.entries) {
    ASSIGN_OR_RETURN(answer.entries.emplace_back(),
                     WithStatus(std::move(volume)));
  }
  return answer;
}

absl::StatusOr<VolumeWithStatus> Lists::Volume(const std::string& id) const {
  RETURN_IF_ERROR(CheckHere(pool_.backend, id));
  ASSIGN_OR_RETURN(auto volume, pool_.backend.GetVolume(id));
  return WithStatus(std::move(volume));
}

// Published is what was recorded and what the kernel has attached: an
// attacher corrects the state of the cluster from this answer.
absl::StatusOr<VolumeWithStatus> Lists::WithStatus(
    backend::Volume volume) const {
  VolumeWithStatus answer;
  for (const auto& publication : volume.publications) {
    answer.published_node_ids.push_back(publication.node_id);
  }
  if (!Contains(answer.published_node_ids, pool_.node.node_id)) {
    ASSIGN_OR_RETURN(const bool attached, IsAttached(volume.id));
    if (attached) answer.published_node_ids.push_back(pool_.node.node_id);
  }
  answer.placed = {.volume = std::move(volume),
                   .topology = pool_.node.segments};
  return answer;
}

absl::StatusOr<bool> Lists::IsAttached(const std::string& id) const {
  using backend::AttachMode;
  for (const AttachMode mode :
       {AttachMode::kReadWrite, AttachMode::kReadOnly}) {
    const auto found = pool_.backend.FindAttachment(id, mode);
    // Deleted since it was listed.
    if (absl::IsNotFound(found.status())) return false;
    RETURN_IF_ERROR(found.status());
    if (found->has_value()) return true;
  }
  return false;
}

absl::StatusOr<backend::Page<backend::Snapshot>> Lists::Snapshots(
    const ListSnapshotsArgs& args) const {
  for (const auto* id : {&args.filter.snapshot_id,
                         &args.filter.source_volume_id, &args.page.after}) {
    RETURN_IF_ERROR(CheckHere(pool_.backend, *id));
  }
  auto page = pool_.backend.ListSnapshots(args.filter, args.page);
  if (absl::IsNotFound(page.status())) {
    return backend::Page<backend::Snapshot>();
  }
  return page;
}

}  // namespace holdfast::controller
