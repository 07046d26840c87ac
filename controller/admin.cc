#include "controller/admin.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::controller {
namespace {

using backend::Page;
using backend::PageRequest;
using Devices = std::vector<ListedVolume::Device>;

// "<id>.<time of deletion>"
std::string IdOf(const std::string& key) {
  return key.substr(0, key.find('.'));
}

absl::flat_hash_map<std::string, Devices> ById(
    const std::vector<backend::AttachedVolume>& attached) {
  absl::flat_hash_map<std::string, Devices> devices;
  for (const backend::AttachedVolume& each : attached) {
    devices[each.volume.id].push_back(
        {.mode = each.mode, .path = each.attachment.device_path});
  }
  return devices;
}

}  // namespace

Places Admin::Here() const {
  Places places{.node_id = pool_.node.node_id};
  for (const backend::PoolIdentity& pool : pool_.backend.Pools()) {
    places.pool_names[pool.home] = pool.name;
  }
  return places;
}

std::vector<PoolReport> Admin::Pools() const {
  std::vector<PoolReport> reports;
  for (const backend::PoolIdentity& pool : pool_.backend.Pools()) {
    PoolReport report{.state = {.identity = pool},
                      .node_id = pool_.node.node_id};
    auto state = pool_.backend.GetPool(pool.home);
    report.status = state.status();
    if (state.ok()) report.state = *std::move(state);
    reports.push_back(std::move(report));
  }
  return reports;
}

absl::StatusOr<Placed<Page<ListedVolume>>> Admin::Volumes(
    const PageRequest& page) const {
  RETURN_IF_ERROR(CheckHere(pool_.backend, page.after));
  ASSIGN_OR_RETURN(auto volumes, pool_.backend.ListVolumes(page));
  ASSIGN_OR_RETURN(const auto attached, pool_.backend.ListAttached());
  auto devices = ById(attached);
  Placed<Page<ListedVolume>> answer{.places = Here(),
                                    .content = {.more = volumes.more}};
  for (backend::Volume& volume : volumes.entries) {
    ListedVolume listed{.volume = std::move(volume)};
    listed.devices = std::move(devices[listed.volume.id]);
    answer.content.entries.push_back(std::move(listed));
  }
  return answer;
}

absl::StatusOr<Placed<Page<backend::Snapshot>>> Admin::Snapshots(
    const PageRequest& page) const {
  RETURN_IF_ERROR(CheckHere(pool_.backend, page.after));
  ASSIGN_OR_RETURN(auto snapshots, pool_.backend.ListSnapshots({}, page));
  return Placed<Page<backend::Snapshot>>{Here(), std::move(snapshots)};
}

absl::StatusOr<Placed<Page<backend::TrashedObject>>> Admin::Trash(
    const PageRequest& page) const {
  RETURN_IF_ERROR(CheckHere(pool_.backend, IdOf(page.after)));
  ASSIGN_OR_RETURN(auto trash, pool_.backend.ListTrash(page));
  return Placed<Page<backend::TrashedObject>>{Here(), std::move(trash)};
}

absl::StatusOr<std::string> Admin::Undelete(const std::string& key,
                                            Operation& operation) const {
  const std::string id = IdOf(key);
  RETURN_IF_ERROR(CheckHere(pool_.backend, id));
  ASSIGN_OR_RETURN(const auto held, pool_.locks.TryLock(id, operation));
  return pool_.backend.Undelete(key, operation);
}

absl::Status Admin::Purge(const std::string& key, Operation& operation) const {
  const std::string id = IdOf(key);
  RETURN_IF_ERROR(CheckHere(pool_.backend, id));
  ASSIGN_OR_RETURN(const auto held, pool_.locks.TryLock(id, operation));
  return pool_.backend.Purge(key, operation);
}

absl::Status Admin::DeletePristine(const std::string& id,
                                   Operation& operation) const {
  RETURN_IF_ERROR(CheckHere(pool_.backend, id));
  ASSIGN_OR_RETURN(const auto held, pool_.locks.TryLock(id, operation));
  operation.Step("check that nobody wrote");
  const absl::Status pristine = CheckPristine(id);
  // If it is gone, the deletion makes sure that it stays so.
  if (!pristine.ok() && !absl::IsNotFound(pristine)) return pristine;
  RETURN_IF_ERROR(operation.CheckActive());
  return pool_.backend.DeleteVolume(id, operation);
}

absl::Status Admin::CheckPristine(const std::string& id) const {
  using backend::AttachMode;
  for (const AttachMode mode :
       {AttachMode::kReadWrite, AttachMode::kReadOnly}) {
    ASSIGN_OR_RETURN(const auto found, pool_.backend.FindAttachment(id, mode));
    if (!found) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("volume ", id, " is attached as ", found->device_path,
                     ". Take it out of use first"));
  }
  // After the look at its devices: what wrote before is in the time.
  ASSIGN_OR_RETURN(const backend::Volume volume, pool_.backend.GetVolume(id));
  if (volume.modified_at == volume.created_at) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("volume ", id,
                   " was written to since it was made. Delete it as any other "
                   "volume, if its data is not needed"));
}

}  // namespace holdfast::controller
