#include "backend/pool/pool_backend.h"

#include <glog/logging.h>

#include <utility>

#include "backend/pool/capacity.h"
#include "backend/pool/errors.h"
#include "backend/pool/open_pool.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {

using backend::AccessType;
using backend::AttachedVolume;
using backend::Attachment;
using backend::AttachMode;
using backend::Capacity;
using backend::CapacityQuery;
using backend::CapacityRange;
using backend::ContentSource;
using backend::Page;
using backend::PageRequest;
using backend::PoolIdentity;
using backend::PoolState;
using backend::Publication;
using backend::Snapshot;
using backend::SnapshotFilter;
using backend::SnapshotSpec;
using backend::TrashedObject;
using backend::Volume;
using backend::VolumeSpec;

absl::StatusOr<std::unique_ptr<PoolBackend>> PoolBackend::Open(
    const PoolEnvironment& environment, const std::string& directory,
    const PoolOptions& options) {
  Layout layout(directory);
  const PoolFiles os{environment.files, environment.data_files};
  ASSIGN_OR_RETURN(OwnedHeader owned, OwnPool(os, layout));
  RETURN_IF_ERROR(CheckFileSystem(os, layout));
  const auto usage = environment.files.StatFileSystem(directory);
  if (!usage.ok()) return Meaning(usage.status(), "measure the pool");
  const UsableSpace space{.total_bytes = usage->total_bytes,
                          .overhead_bytes = owned.header.overhead_bytes,
                          .reserve_ratio = options.reserve_ratio,
                          .overcommit_ratio = options.overcommit_ratio};
  std::unique_ptr<PoolBackend> pool(new PoolBackend(
      environment, std::move(layout), std::move(owned), space, options));
  RETURN_IF_ERROR(pool->Load());
  LOG(INFO) << LogLine("pool_opened")
                   .Add("directory", directory)
                   .Add("uuid", pool->uuid())
                   .Add("usable_bytes", pool->numbers().usable_bytes)
                   .Add("promised_bytes", pool->numbers().promised_bytes);
  return pool;
}

PoolBackend::PoolBackend(const PoolEnvironment& environment, Layout layout,
                         OwnedHeader owned, const UsableSpace& space,
                         const PoolOptions& options)
    : os_(environment),
      layout_(std::move(layout)),
      owned_(std::move(owned)),
      identity_{.name = options.name, .home = HomeOf(owned_.header.uuid)},
      place_(options.place.empty() ? layout_.root() : options.place),
      default_fs_type_(options.default_fs_type),
      ids_(owned_.header.uuid),
      reservation_(UsableBytes(space)),
      room_({os_.files, layout_, space}),
      trash_({os_.files, layout_, reservation_, room_, os_.clock,
              options.trash_retention}),
      catalog_({os_.files, os_.data_files, layout_, ids_}),
      templates_({os_.files, os_.data_files, os_.commands, layout_,
                  reservation_, trash_},
                 options.template_cache),
      attachments_({os_.files, os_.data_files, os_.loops, os_.clock}),
      btrfs_({os_.files, os_.data_files, os_.loops, templates_,
              os_.volume_file_systems, layout_}),
      live_({os_.files, os_.data_files, os_.loops, attachments_,
             os_.volume_file_systems, layout_}),
      builder_(os_.files, os_.data_files, options.extent_hints),
      creator_({os_.files, layout_, ids_, os_.clock, catalog_, trash_,
                templates_, btrfs_, live_, builder_}),
      changes_({os_.files, os_.data_files, layout_, ids_, catalog_, trash_,
                attachments_, live_}),
      snapshots_({os_.files, layout_, ids_, os_.clock, catalog_, trash_, live_,
                  builder_}),
      trashed_({os_.files, layout_, ids_, catalog_, trash_}) {}

absl::Status PoolBackend::Load() {
  RETURN_IF_ERROR(ClearIncoming(os_.files, layout_));
  RETURN_IF_ERROR(CountPromises(os_.files, layout_, catalog_, reservation_));
  RETURN_IF_ERROR(templates_.Load());
  RETURN_IF_ERROR(trash_.Load());
  return attachments_.Load(layout_.root());
}

std::vector<PoolIdentity> PoolBackend::Pools() const { return {identity_}; }

absl::StatusOr<PoolState> PoolBackend::GetPool(const std::string& home) {
  if (home != identity_.home) {
    return absl::NotFoundError(
        absl::StrCat("there is no pool ", Quote(home), " here"));
  }
  const auto usage = os_.files.StatFileSystem(layout_.root());
  if (!usage.ok()) return Meaning(usage.status(), "measure the pool");
  const Reservation::Numbers numbers = reservation_.numbers();
  return PoolState{.identity = identity_,
                   .uuid = uuid(),
                   .place = place_,
                   .size_bytes = usage->total_bytes,
                   .free_bytes = usage->available_bytes,
                   .usable_bytes = numbers.usable_bytes,
                   .promised_bytes = numbers.promised_bytes,
                   .trash_bytes = numbers.trash_bytes,
                   .available_bytes = numbers.available_with_trash_bytes()};
}

absl::StatusOr<std::string> PoolBackend::VolumeId(
    const VolumeSpec& spec) const {
  return ids_.Volume(spec.name);
}

absl::StatusOr<std::string> PoolBackend::SnapshotId(
    const SnapshotSpec& spec) const {
  return ids_.Snapshot(spec.name);
}

absl::StatusOr<Volume> PoolBackend::CreateVolume(const VolumeSpec& spec,
                                                 Operation& operation) {
  VolumeSpec resolved = spec;
  const bool is_new = spec.source.kind == ContentSource::Kind::kNone;
  if (is_new && spec.access_type == AccessType::kMount) {
    resolved.fs_type = FsTypeOr(spec.fs_type);
  }
  return creator_.Create(resolved, operation);
}

std::string PoolBackend::FsTypeOr(const std::string& fs_type) const {
  return fs_type.empty() ? default_fs_type_ : fs_type;
}

absl::Status PoolBackend::DeleteVolume(const std::string& id,
                                       Operation& operation) {
  return changes_.Delete(id, operation);
}

absl::StatusOr<Volume> PoolBackend::GetVolume(const std::string& id) {
  return catalog_.GetVolume(id);
}

absl::StatusOr<Page<Volume>> PoolBackend::ListVolumes(const PageRequest& page) {
  return catalog_.ListVolumes(page);
}

absl::StatusOr<int64_t> PoolBackend::ExpandVolume(const std::string& id,
                                                  const CapacityRange& capacity,
                                                  Operation& operation) {
  return changes_.Expand(id, capacity, operation);
}

absl::Status PoolBackend::SetPublications(
    const std::string& id, const std::vector<Publication>& publications) {
  return changes_.SetPublications(id, publications);
}

absl::StatusOr<Snapshot> PoolBackend::CreateSnapshot(const SnapshotSpec& spec,
                                                     Operation& operation) {
  return snapshots_.Create(spec, operation);
}

absl::Status PoolBackend::DeleteSnapshot(const std::string& id,
                                         Operation& operation) {
  return snapshots_.Delete(id, operation);
}

absl::StatusOr<Snapshot> PoolBackend::GetSnapshot(const std::string& id) {
  ASSIGN_OR_RETURN(StoredSnapshot stored, catalog_.GetSnapshot(id));
  return std::move(stored.snapshot);
}

absl::StatusOr<Page<Snapshot>> PoolBackend::ListSnapshots(
    const SnapshotFilter& filter, const PageRequest& page) {
  return catalog_.ListSnapshots(filter, page);
}

absl::StatusOr<Capacity> PoolBackend::GetCapacity(const CapacityQuery& query) {
  CapacityQuery resolved = query;
  resolved.fs_type = FsTypeOr(query.fs_type);
  const bool is_btrfs =
      query.access_type == AccessType::kMount && resolved.fs_type == "btrfs";
  if (is_btrfs && btrfs_.IsRefused()) return Capacity{};
  return CapacityFor(resolved,
                     reservation_.numbers().available_with_trash_bytes());
}

absl::StatusOr<Attachment> PoolBackend::Attach(const std::string& id,
                                               AttachMode mode,
                                               Operation& operation) {
  operation.Step("attach");
  ASSIGN_OR_RETURN(const Attachable volume, Resolve(id));
  return attachments_.Attach(volume, mode);
}

absl::Status PoolBackend::Detach(const std::string& id, AttachMode mode,
                                 Operation& operation) {
  operation.Step("detach");
  RETURN_IF_ERROR(ids_.CheckVolume(id));
  // A volume whose record cannot be read is detached all the same.
  const auto volume = Resolve(id);
  return attachments_.Detach(
      volume.ok() ? *volume : Attachable{.id = id, .path = layout_.Volume(id)},
      mode);
}

absl::StatusOr<std::optional<Attachment>> PoolBackend::FindAttachment(
    const std::string& id, AttachMode mode) {
  RETURN_IF_ERROR(ids_.CheckVolume(id));
  return attachments_.Find({.id = id, .path = layout_.Volume(id)}, mode);
}

absl::StatusOr<bool> PoolBackend::IsClaimed(const std::string& id,
                                            AttachMode mode) {
  RETURN_IF_ERROR(ids_.CheckVolume(id));
  return attachments_.IsClaimed({.id = id, .path = layout_.Volume(id)}, mode);
}

absl::StatusOr<std::vector<AttachedVolume>> PoolBackend::ListAttached() {
  std::vector<AttachedVolume> attached;
  for (const auto& [id, mode] : attachments_.Hinted()) {
    auto volume = catalog_.GetVolume(id);
    if (!volume.ok()) continue;  // another pool's, or deleted meanwhile
    const auto found = FindAttachment(id, mode);
    if (!found.ok() || !*found) continue;
    attached.push_back(
        {.volume = *std::move(volume), .mode = mode, .attachment = **found});
  }
  return attached;
}

absl::StatusOr<Page<TrashedObject>> PoolBackend::ListTrash(
    const PageRequest& page) {
  return trashed_.List(page);
}

absl::StatusOr<std::string> PoolBackend::Undelete(const std::string& key,
                                                  Operation& operation) {
  return trashed_.Undelete(key, operation);
}

absl::Status PoolBackend::Purge(const std::string& key, Operation& operation) {
  return trashed_.Purge(key, operation);
}

absl::StatusOr<Attachable> PoolBackend::Resolve(const std::string& id) const {
  ASSIGN_OR_RETURN(const Volume volume, catalog_.GetVolume(id));
  return live_.AttachableOf(volume);
}

}  // namespace holdfast::pool
