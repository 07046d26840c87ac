#include "backend/pool/catalog.h"

#include <glog/logging.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

using backend::Page;
using backend::PageRequest;
using backend::Snapshot;
using backend::SnapshotFilter;
using backend::Volume;

absl::Status NotOfThisFile(const std::string& path, const std::string& name) {
  return absl::DataLossError(absl::StrCat(
      path, " carries the record of ", Quote(name),
      ", which has another id. Move the file out of the pool by hand"));
}

bool IsUnlistable(const absl::Status& status, const std::string& id) {
  if (absl::IsNotFound(status)) return true;
  // Damaged, or from a later version of this program.
  if (!absl::IsDataLoss(status) && !absl::IsFailedPrecondition(status)) {
    return false;
  }
  LOG(ERROR) << LogLine("unreadable_record")
                    .Add("id", id)
                    .Add("error", status.message());
  return true;
}

// The page of `names` (sorted), with what `get` answers for each that
// `matches`.
template <typename T>
absl::StatusOr<Page<T>> Collect(
    const std::vector<std::string>& names, const PageRequest& request,
    absl::FunctionRef<absl::StatusOr<T>(const std::string&)> get,
    absl::FunctionRef<bool(const T&)> matches) {
  Page<T> page;
  const auto first =
      std::upper_bound(names.begin(), names.end(), request.after);
  for (auto name = first; name != names.end(); ++name) {
    absl::StatusOr<T> object = get(*name);
    if (!object.ok()) {
      if (IsUnlistable(object.status(), *name)) continue;
      return object.status();
    }
    if (!matches(*object)) continue;
    if (request.max_entries > 0 &&
        page.entries.size() == static_cast<size_t>(request.max_entries)) {
      page.more = true;
      break;
    }
    page.entries.push_back(*std::move(object));
  }
  return page;
}

}  // namespace

absl::StatusOr<Catalog::Stored> Catalog::Read(const std::string& path) const {
  const auto info = parts_.files.Stat(path);
  if (IsErrno(info.status(), ENOENT)) return absl::NotFoundError(path);
  if (!info.ok()) return ObjectMeaning(info.status(), "look at the data file");
  auto record = parts_.data_files.GetAttribute(path, kRecordAttribute);
  if (record.ok()) return Stored{*std::move(record), *info};
  if (IsErrno(record.status(), ENOENT)) return absl::NotFoundError(path);
  if (IsErrno(record.status(), ENODATA)) {
    return absl::DataLossError(absl::StrCat(
        path,
        " has no record. It was not made by this pool, or its extended "
        "attributes were lost in a copy"));
  }
  return ObjectMeaning(record.status(), "read the record");
}

absl::StatusOr<Volume> Catalog::GetVolume(const std::string& id) const {
  RETURN_IF_ERROR(parts_.ids.CheckVolume(id));
  return ReadVolume(parts_.layout.Volume(id), id);
}

absl::StatusOr<Volume> Catalog::ReadVolume(const std::string& path,
                                           const std::string& id) const {
  auto stored = Read(path);
  if (absl::IsNotFound(stored.status())) return NoVolume(id);
  RETURN_IF_ERROR(stored.status());
  auto volume = DecodeVolume(stored->record);
  if (!volume.ok()) return Annotate(volume.status(), path);
  if (parts_.ids.Volume(volume->spec.name) != id) {
    return NotOfThisFile(path, volume->spec.name);
  }
  volume->id = id;
  volume->size_bytes = stored->file.size_bytes;
  volume->modified_at = stored->file.modified;
  volume->allocated_bytes = stored->file.allocated_bytes;
  return volume;
}

absl::StatusOr<StoredSnapshot> Catalog::GetSnapshot(
    const std::string& id) const {
  RETURN_IF_ERROR(parts_.ids.CheckSnapshot(id));
  return ReadSnapshot(parts_.layout.Snapshot(id), id);
}

absl::StatusOr<StoredSnapshot> Catalog::ReadSnapshot(
    const std::string& path, const std::string& id) const {
  auto stored = Read(path);
  if (absl::IsNotFound(stored.status())) return NoSnapshot(id);
  RETURN_IF_ERROR(stored.status());
  auto snapshot = DecodeSnapshot(stored->record);
  if (!snapshot.ok()) return Annotate(snapshot.status(), path);
  if (parts_.ids.Snapshot(snapshot->snapshot.name) != id) {
    return NotOfThisFile(path, snapshot->snapshot.name);
  }
  snapshot->snapshot.id = id;
  snapshot->snapshot.size_bytes = stored->file.size_bytes;
  return snapshot;
}

absl::StatusOr<Page<Volume>> Catalog::ListVolumes(
    const PageRequest& page) const {
  const auto names = parts_.files.List(parts_.layout.Volumes());
  if (!names.ok()) return Meaning(names.status(), "list the volumes");
  return Collect<Volume>(
      *names, page, [this](const std::string& id) { return GetVolume(id); },
      [](const Volume&) { return true; });
}

absl::StatusOr<Page<Snapshot>> Catalog::ListSnapshots(
    const SnapshotFilter& filter, const PageRequest& page) const {
  std::vector<std::string> names;
  if (!filter.snapshot_id.empty()) {
    names = {filter.snapshot_id};
  } else {
    auto listed = parts_.files.List(parts_.layout.Snapshots());
    if (!listed.ok()) return Meaning(listed.status(), "list the snapshots");
    names = *std::move(listed);
  }
  return Collect<Snapshot>(
      names, page,
      [this](const std::string& id) -> absl::StatusOr<Snapshot> {
        ASSIGN_OR_RETURN(StoredSnapshot stored, GetSnapshot(id));
        return std::move(stored.snapshot);
      },
      [&filter](const Snapshot& snapshot) {
        return filter.source_volume_id.empty() ||
               filter.source_volume_id == snapshot.source_volume_id;
      });
}

}  // namespace holdfast::pool
