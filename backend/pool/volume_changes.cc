#include "backend/pool/volume_changes.h"

#include <glog/logging.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "backend/pool/parameters.h"
#include "backend/pool/sizes.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {

using backend::CapacityRange;
using backend::Publication;
using backend::Volume;

absl::Status VolumeChanges::Delete(const std::string& id,
                                   Operation& operation) {
  RETURN_IF_ERROR(parts_.ids.CheckVolume(id));
  const std::string path = parts_.layout.Volume(id);
  operation.Step("check use");
  const absl::Status unused =
      parts_.attachments.CheckUnused({.id = id, .path = path});
  // If it is gone, Put below makes sure that it stays so.
  if (!unused.ok() && !absl::IsNotFound(unused)) return unused;
  RETURN_IF_ERROR(operation.CheckActive());
  operation.Step("move to trash");
  const absl::Status put =
      parts_.trash.Put({.id = id,
                        .directory = parts_.layout.Volumes(),
                        .promised =
                            [](const os::FileInfo& file) {
                              return PromiseFor(file.size_bytes);
                            }},
                       operation);
  if (absl::IsNotFound(put)) return NoVolume(id);
  if (put.ok()) LOG(INFO) << LogLine("volume_deleted").Add("volume_id", id);
  return put;
}

absl::StatusOr<int64_t> VolumeChanges::Expand(const std::string& id,
                                              const CapacityRange& capacity,
                                              Operation& operation) {
  ASSIGN_OR_RETURN(Volume volume, parts_.catalog.GetVolume(id));
  const int64_t old_bytes = volume.size_bytes;
  ASSIGN_OR_RETURN(
      volume.size_bytes,
      ChooseLargerSize(capacity, old_bytes, volume.format.logical_block_bytes));
  ASSIGN_OR_RETURN(
      auto hold,
      parts_.trash.Reserve(
          PromiseFor(volume.size_bytes) - PromiseFor(old_bytes), operation));
  operation.Step("grow data file");
  RETURN_IF_ERROR(
      parts_.trash.WithRoom([&] { return Grow(volume, hold); }, operation));
  if (volume.size_bytes > old_bytes) {
    LOG(INFO) << LogLine("volume_grown")
                     .Add("volume_id", id)
                     .Add("size_bytes", volume.size_bytes);
  }
  RETURN_IF_ERROR(parts_.live.Grow(volume, operation));
  return volume.size_bytes;
}

absl::Status VolumeChanges::Grow(const Volume& volume,
                                 Reservation::Hold& hold) {
  const auto fd = parts_.files.Open(parts_.layout.Volume(volume.id),
                                    os::OpenMode::kReadWrite);
  if (!fd.ok()) return Meaning(fd.status(), "open the data file");
  RETURN_IF_ERROR(
      Meaning(parts_.data_files.Truncate(fd->get(), volume.size_bytes),
              "set the size of the data file"));
  if (ProvisioningOf(volume.spec.parameters) == Provisioning::kThick) {
    // Also what an earlier call that was cut short did not come to.
    RETURN_IF_ERROR(AllocateAll(fd->get(), volume, hold));
  }
  // A file that grew keeps its promise, whatever comes after: the retry, or
  // the next stage, continues from there.
  hold.Commit();
  // Also when the size was there already: it may be from a call that was cut
  // short before its own fsync.
  return Meaning(parts_.data_files.Sync(fd->get()),
                 "make the new size durable");
}

absl::Status VolumeChanges::AllocateAll(int fd, const Volume& volume,
                                        Reservation::Hold& hold) {
  const absl::Status allocated =
      parts_.data_files.Allocate(fd, volume.size_bytes);
  if (!allocated.ok()) hold.Commit();  // the file has its new size
  return Meaning(allocated, "allocate the space of the data file");
}

absl::Status VolumeChanges::SetPublications(
    const std::string& id, const std::vector<Publication>& publications) {
  RETURN_IF_ERROR(parts_.catalog.GetVolume(id).status());
  const std::string path = parts_.layout.Volume(id);
  const auto stored = parts_.data_files.GetAttribute(path, kRecordAttribute);
  if (IsErrno(stored.status(), ENOENT)) return NoVolume(id);
  if (!stored.ok()) return ObjectMeaning(stored.status(), "read the record");
  ASSIGN_OR_RETURN(const std::string record,
                   ReplacePublications(*stored, publications));
  const auto fd = parts_.files.Open(path, os::OpenMode::kReadWrite);
  if (IsErrno(fd.status(), ENOENT)) return NoVolume(id);
  if (!fd.ok()) return Meaning(fd.status(), "open the data file");
  RETURN_IF_ERROR(Meaning(
      parts_.data_files.SetAttribute(fd->get(), kRecordAttribute, record),
      "store the record"));
  return Meaning(parts_.data_files.Sync(fd->get()), "make the record durable");
}

}  // namespace holdfast::pool
