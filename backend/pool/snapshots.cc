#include "backend/pool/snapshots.h"

#include <glog/logging.h>

#include <cerrno>
#include <limits>

#include "backend/pool/errors.h"
#include "backend/pool/parameters.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {

using backend::Snapshot;
using backend::SnapshotSpec;
using backend::Volume;

absl::StatusOr<Snapshot> Snapshots::Create(const SnapshotSpec& spec,
                                           Operation& operation) {
  // First of all: a repetition must succeed after the source is deleted.
  RETURN_IF_ERROR(parts_.builder.CheckNew(parts_.layout.Snapshots(),
                                          parts_.ids.Snapshot(spec.name)));
  RETURN_IF_ERROR(CheckSnapshotParameters(spec.parameters));
  ASSIGN_OR_RETURN(const Volume source,
                   parts_.catalog.GetVolume(spec.source_volume_id));
  RETURN_IF_ERROR(parts_.live.Flush(source, operation));
  RETURN_IF_ERROR(operation.CheckActive());
  return Cut(spec, source, operation);
}

absl::StatusOr<Snapshot> Snapshots::Cut(const SnapshotSpec& spec,
                                        const Volume& source,
                                        Operation& operation) {
  Snapshot snapshot{.id = parts_.ids.Snapshot(spec.name),
                    .name = spec.name,
                    .source_volume_id = source.id,
                    .size_bytes = source.size_bytes,
                    .format = source.format,
                    .created_at = parts_.clock.now(),
                    .parameters = spec.parameters};
  // Whether the record fits is asked before anything is made.
  RETURN_IF_ERROR(
      EncodeSnapshot({snapshot, std::numeric_limits<int64_t>::max()}).status());
  const auto fd = parts_.files.Open(parts_.layout.Volume(source.id),
                                    os::OpenMode::kReadOnly);
  if (IsErrno(fd.status(), ENOENT)) return NoVolume(source.id);
  if (!fd.ok()) return Meaning(fd.status(), "open the source");
  RETURN_IF_ERROR(Clone(snapshot, *fd, operation));
  LOG(INFO) << LogLine("snapshot_created")
                   .Add("snapshot_id", snapshot.id)
                   .Add("name", spec.name)
                   .Add("source_volume_id", source.id);
  return snapshot;
}

absl::Status Snapshots::Clone(const Snapshot& snapshot, const UniqueFd& source,
                              Operation& operation) {
  Reservation::Hold hold;
  const auto seal =
      [&](const os::FileInfo& cut) -> absl::StatusOr<std::string> {
    hold = Reservation::Hold();  // of an earlier try
    ASSIGN_OR_RETURN(hold,
                     parts_.trash.Reserve(cut.allocated_bytes, operation));
    return EncodeSnapshot({snapshot, cut.allocated_bytes});
  };
  return parts_.trash.WithRoom(
      [&] {
        return parts_.builder.Build({.directory = parts_.layout.Snapshots(),
                                     .name = snapshot.id,
                                     .content = &source,
                                     .size_bytes = snapshot.size_bytes,
                                     .hold = hold,
                                     .seal = seal},
                                    operation);
      },
      operation);
}

absl::Status Snapshots::Delete(const std::string& id, Operation& operation) {
  RETURN_IF_ERROR(parts_.ids.CheckSnapshot(id));
  const auto stored = parts_.catalog.GetSnapshot(id);
  operation.Step("move to trash");
  const absl::Status put =
      parts_.trash.Put({.id = id,
                        .directory = parts_.layout.Snapshots(),
                        .promised =
                            [&stored](const os::FileInfo& file) {
                              // As counted when the pool is opened
                              // (CountPromises).
                              return stored.ok() ? stored->allocated_bytes
                                                 : file.allocated_bytes;
                            }},
                       operation);
  if (absl::IsNotFound(put)) return NoSnapshot(id);
  if (put.ok()) LOG(INFO) << LogLine("snapshot_deleted").Add("snapshot_id", id);
  return put;
}

}  // namespace holdfast::pool
