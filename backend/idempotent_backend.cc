#include "backend/idempotent_backend.h"

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::backend {
namespace {

std::string Text(const CapacityRange& range) {
  return absl::StrCat("from ", range.required_bytes, " to ",
                      range.limit_bytes == 0 ? "any number of"
                                             : absl::StrCat(range.limit_bytes),
                      " bytes");
}

std::string Text(AccessType type) {
  return type == AccessType::kBlock ? "block" : "mount";
}

std::string Text(const ContentSource& source) {
  switch (source.kind) {
    case ContentSource::Kind::kNone:
      return "no source";
    case ContentSource::Kind::kSnapshot:
      return absl::StrCat("snapshot ", source.id);
    case ContentSource::Kind::kVolume:
      return absl::StrCat("volume ", source.id);
  }
  return "unknown source";
}

absl::Status Differs(const std::string& object, const std::string& what) {
  return absl::AlreadyExistsError(
      absl::StrCat(object, " exists and differs from the request: ", what,
                   ". Use another name, or ask for what there is"));
}

absl::Status DiffersFrom(const Volume& volume, const VolumeSpec& request) {
  const std::string object = absl::StrCat("volume ", volume.id);
  if (request.capacity != volume.spec.capacity &&
      !Satisfies(volume.size_bytes, request.capacity)) {
    return Differs(
        object, absl::StrCat("it has ", volume.size_bytes,
                             " bytes, asked for are ", Text(request.capacity)));
  }
  if (request.access_type != volume.format.access_type) {
    return Differs(object, absl::StrCat("its access type is ",
                                        Text(volume.format.access_type)));
  }
  if (!request.fs_type.empty() && request.fs_type != volume.format.fs_type) {
    return Differs(object, absl::StrCat("its file system is ",
                                        Quote(volume.format.fs_type)));
  }
  if (request.source != volume.spec.source) {
    return Differs(object,
                   absl::StrCat("it was made from ", Text(volume.spec.source)));
  }
  if (request.parameters != volume.spec.parameters) {
    return Differs(object, "its parameters are others");
  }
  return absl::OkStatus();
}

absl::Status DiffersFrom(const Snapshot& snapshot,
                         const SnapshotSpec& request) {
  const std::string object = absl::StrCat("snapshot ", snapshot.id);
  if (request.source_volume_id != snapshot.source_volume_id) {
    return Differs(object, absl::StrCat("it was cut from volume ",
                                        snapshot.source_volume_id));
  }
  if (request.parameters != snapshot.parameters) {
    return Differs(object, "its parameters are others");
  }
  return absl::OkStatus();
}

absl::Status GoneIsFine(const absl::Status& status) {
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

}  // namespace

absl::StatusOr<Volume> IdempotentBackend::CreateVolume(const VolumeSpec& spec,
                                                       Operation& operation) {
  auto created = backend_.CreateVolume(spec, operation);
  if (!absl::IsAlreadyExists(created.status())) return created;
  ASSIGN_OR_RETURN(const std::string id, VolumeId(spec));
  auto existing = backend_.GetVolume(id);
  // It is in another pool (PoolSet).
  if (absl::IsNotFound(existing.status())) return created;
  RETURN_IF_ERROR(existing.status());
  RETURN_IF_ERROR(DiffersFrom(*existing, spec));
  return existing;
}

absl::Status IdempotentBackend::DeleteVolume(const std::string& id,
                                             Operation& operation) {
  return GoneIsFine(backend_.DeleteVolume(id, operation));
}

absl::StatusOr<Snapshot> IdempotentBackend::CreateSnapshot(
    const SnapshotSpec& spec, Operation& operation) {
  auto created = backend_.CreateSnapshot(spec, operation);
  if (!absl::IsAlreadyExists(created.status())) return created;
  ASSIGN_OR_RETURN(const std::string id, SnapshotId(spec));
  auto existing = backend_.GetSnapshot(id);
  if (absl::IsNotFound(existing.status())) return created;
  RETURN_IF_ERROR(existing.status());
  RETURN_IF_ERROR(DiffersFrom(*existing, spec));
  return existing;
}

absl::Status IdempotentBackend::DeleteSnapshot(const std::string& id,
                                               Operation& operation) {
  return GoneIsFine(backend_.DeleteSnapshot(id, operation));
}

}  // namespace holdfast::backend
