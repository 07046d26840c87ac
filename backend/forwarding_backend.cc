#include "backend/forwarding_backend.h"

#include "base/status.h"

namespace holdfast::backend {

std::vector<PoolIdentity> ForwardingBackend::Pools() const {
  const absl::StatusOr<Backend*> backend = Route("");
  return backend.ok() ? (*backend)->Pools() : std::vector<PoolIdentity>();
}

absl::StatusOr<PoolState> ForwardingBackend::GetPool(const std::string& home) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(""));
  return backend->GetPool(home);
}

absl::StatusOr<std::string> ForwardingBackend::VolumeId(
    const VolumeSpec& spec) const {
  ASSIGN_OR_RETURN(Backend* const backend, Route(""));
  return backend->VolumeId(spec);
}

absl::StatusOr<std::string> ForwardingBackend::SnapshotId(
    const SnapshotSpec& spec) const {
  ASSIGN_OR_RETURN(Backend* const backend, Route(""));
  return backend->SnapshotId(spec);
}

absl::StatusOr<Volume> ForwardingBackend::CreateVolume(const VolumeSpec& spec,
                                                       Operation& operation) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(""));
  return backend->CreateVolume(spec, operation);
}

absl::Status ForwardingBackend::DeleteVolume(const std::string& id,
                                             Operation& operation) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(id));
  return backend->DeleteVolume(id, operation);
}

absl::StatusOr<Volume> ForwardingBackend::GetVolume(const std::string& id) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(id));
  return backend->GetVolume(id);
}

absl::StatusOr<Page<Volume>> ForwardingBackend::ListVolumes(
    const PageRequest& page) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(""));
  return backend->ListVolumes(page);
}

absl::StatusOr<int64_t> ForwardingBackend::ExpandVolume(
    const std::string& id, const CapacityRange& capacity,
    Operation& operation) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(id));
  return backend->ExpandVolume(id, capacity, operation);
}

absl::Status ForwardingBackend::SetPublications(
    const std::string& id, const std::vector<Publication>& publications) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(id));
  return backend->SetPublications(id, publications);
}

absl::StatusOr<Snapshot> ForwardingBackend::CreateSnapshot(
    const SnapshotSpec& spec, Operation& operation) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(spec.source_volume_id));
  return backend->CreateSnapshot(spec, operation);
}

absl::Status ForwardingBackend::DeleteSnapshot(const std::string& id,
                                               Operation& operation) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(id));
  return backend->DeleteSnapshot(id, operation);
}

absl::StatusOr<Snapshot> ForwardingBackend::GetSnapshot(const std::string& id) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(id));
  return backend->GetSnapshot(id);
}

absl::StatusOr<Page<Snapshot>> ForwardingBackend::ListSnapshots(
    const SnapshotFilter& filter, const PageRequest& page) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(""));
  return backend->ListSnapshots(filter, page);
}

absl::StatusOr<Capacity> ForwardingBackend::GetCapacity(
    const CapacityQuery& query) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(""));
  return backend->GetCapacity(query);
}

absl::StatusOr<Attachment> ForwardingBackend::Attach(const std::string& id,
                                                     AttachMode mode,
                                                     Operation& operation) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(id));
  return backend->Attach(id, mode, operation);
}

absl::Status ForwardingBackend::Detach(const std::string& id, AttachMode mode,
                                       Operation& operation) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(id));
  return backend->Detach(id, mode, operation);
}

absl::StatusOr<std::optional<Attachment>> ForwardingBackend::FindAttachment(
    const std::string& id, AttachMode mode) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(id));
  return backend->FindAttachment(id, mode);
}

absl::StatusOr<bool> ForwardingBackend::IsClaimed(const std::string& id,
                                                  AttachMode mode) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(id));
  return backend->IsClaimed(id, mode);
}

absl::StatusOr<std::vector<AttachedVolume>> ForwardingBackend::ListAttached() {
  ASSIGN_OR_RETURN(Backend* const backend, Route(""));
  return backend->ListAttached();
}

absl::StatusOr<Page<TrashedObject>> ForwardingBackend::ListTrash(
    const PageRequest& page) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(""));
  return backend->ListTrash(page);
}

absl::StatusOr<std::string> ForwardingBackend::Undelete(const std::string& key,
                                                        Operation& operation) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(key));
  return backend->Undelete(key, operation);
}

absl::Status ForwardingBackend::Purge(const std::string& key,
                                      Operation& operation) {
  ASSIGN_OR_RETURN(Backend* const backend, Route(key));
  return backend->Purge(key, operation);
}

}  // namespace holdfast::backend
