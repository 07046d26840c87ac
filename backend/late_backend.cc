#include "backend/late_backend.h"

#include "base/status.h"

namespace holdfast::backend {

absl::Status LateBackend::CheckReady() const {
  if (backend_.load() != nullptr) return absl::OkStatus();
  return absl::UnavailableError(reason_);
}

std::string LateBackend::VolumeId(const std::string& name) const {
  const Backend* backend = backend_.load();
  return backend == nullptr ? "" : backend->VolumeId(name);
}

std::string LateBackend::SnapshotId(const std::string& name) const {
  const Backend* backend = backend_.load();
  return backend == nullptr ? "" : backend->SnapshotId(name);
}

absl::StatusOr<Volume> LateBackend::CreateVolume(const VolumeSpec& spec,
                                                 Operation& operation) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->CreateVolume(spec, operation);
}

absl::Status LateBackend::DeleteVolume(const std::string& id,
                                       Operation& operation) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->DeleteVolume(id, operation);
}

absl::StatusOr<Volume> LateBackend::GetVolume(const std::string& id) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->GetVolume(id);
}

absl::StatusOr<Page<Volume>> LateBackend::ListVolumes(const PageRequest& page) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->ListVolumes(page);
}

absl::StatusOr<int64_t> LateBackend::ExpandVolume(const std::string& id,
                                                  const CapacityRange& capacity,
                                                  Operation& operation) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->ExpandVolume(id, capacity, operation);
}

absl::Status LateBackend::SetPublications(
    const std::string& id, const std::vector<Publication>& publications) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->SetPublications(id, publications);
}

absl::StatusOr<Snapshot> LateBackend::CreateSnapshot(const SnapshotSpec& spec,
                                                     Operation& operation) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->CreateSnapshot(spec, operation);
}

absl::Status LateBackend::DeleteSnapshot(const std::string& id,
                                         Operation& operation) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->DeleteSnapshot(id, operation);
}

absl::StatusOr<Snapshot> LateBackend::GetSnapshot(const std::string& id) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->GetSnapshot(id);
}

absl::StatusOr<Page<Snapshot>> LateBackend::ListSnapshots(
    const SnapshotFilter& filter, const PageRequest& page) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->ListSnapshots(filter, page);
}

absl::StatusOr<Capacity> LateBackend::GetCapacity(const CapacityQuery& query) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->GetCapacity(query);
}

absl::StatusOr<Attachment> LateBackend::Attach(const std::string& id,
                                               AttachMode mode,
                                               Operation& operation) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->Attach(id, mode, operation);
}

absl::Status LateBackend::Detach(const std::string& id, AttachMode mode,
                                 Operation& operation) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->Detach(id, mode, operation);
}

absl::StatusOr<std::optional<Attachment>> LateBackend::FindAttachment(
    const std::string& id, AttachMode mode) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->FindAttachment(id, mode);
}

absl::StatusOr<bool> LateBackend::IsClaimed(const std::string& id,
                                            AttachMode mode) {
  RETURN_IF_ERROR(CheckReady());
  return backend_.load()->IsClaimed(id, mode);
}

}  // namespace holdfast::backend
