#include "backend/pool/data_file.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "backend/pool/record.h"
#include "base/rollback.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

std::string PathOf(const NewDataFile& file) {
  return absl::StrCat(file.directory, "/", file.name);
}

absl::Status Exists(const std::string& path) {
  return absl::AlreadyExistsError(absl::StrCat(path, " exists"));
}

}  // namespace

absl::Status DataFileBuilder::Build(const NewDataFile& file,
                                    Operation& operation) {
  operation.Step("make data file");
  const auto fd = files_.CreateUnnamed(file.directory);
  if (!fd.ok()) return Meaning(fd.status(), "make a data file");
  RETURN_IF_ERROR(Fill(fd->get(), file, operation));
  const auto info = data_files_.Stat(fd->get());
  if (!info.ok()) return Meaning(info.status(), "look at the new data file");
  ASSIGN_OR_RETURN(const std::string record, file.seal(*info));
  RETURN_IF_ERROR(
      Meaning(data_files_.SetAttribute(fd->get(), kRecordAttribute, record),
              "store the record"));
  operation.Step("publish data file");
  return Publish(fd->get(), file);
}

absl::Status DataFileBuilder::Fill(int fd, const NewDataFile& file,
                                   Operation& operation) {
  // Only an empty file takes hints, so they come before the clone.
  RETURN_IF_ERROR(
      Meaning(data_files_.SetExtentHints(fd, hints_), "set extent hints"));
  if (file.content != nullptr) {
    operation.Step("clone data");
    RETURN_IF_ERROR(Meaning(data_files_.Clone(fd, file.content->get()),
                            "clone the source's data"));
  }
  RETURN_IF_ERROR(Meaning(data_files_.Truncate(fd, file.size_bytes),
                          "set the size of the data file"));
  // From here on it goes to its end: a name without its fsync helps nobody, and
  // what takes longer than a caller waits would begin anew with each retry.
  RETURN_IF_ERROR(operation.CheckActive());
  if (file.provisioning == Provisioning::kThin) return absl::OkStatus();
  operation.Step("allocate data");
  return Meaning(data_files_.AllocateOwn(fd, file.size_bytes),
                 "allocate the space of the data file");
}

absl::Status DataFileBuilder::Publish(int fd, const NewDataFile& file) {
  const std::string path = PathOf(file);
  const absl::Status linked = files_.Link(fd, path);
  if (IsErrno(linked, EEXIST)) return Exists(path);
  RETURN_IF_ERROR(Meaning(linked, "give the data file its name"));
  Rollback rollback;
  rollback.Add("unlink " + path, [this, &file] { return Remove(file); });
  const absl::Status durable = MakeDurable(fd, file.directory);
  if (!durable.ok()) return rollback.Undo(durable);
  rollback.Commit();
  file.hold.Commit();
  return absl::OkStatus();
}

// The name may be durable already, though its fsync failed: so is its end.
absl::Status DataFileBuilder::Remove(const NewDataFile& file) {
  const absl::Status gone = files_.Unlink(PathOf(file));
  if (!gone.ok() && !IsErrno(gone, ENOENT)) {
    file.hold.Commit();  // it is there, and is to be counted
    return gone;
  }
  return files_.SyncDirectory(file.directory);
}

// On XFS the fsync of the file makes its name durable too, as they are in one
// transaction; the directory is synced all the same, which costs nothing then.
absl::Status DataFileBuilder::MakeDurable(int fd,
                                          const std::string& directory) {
  RETURN_IF_ERROR(Meaning(data_files_.Sync(fd), "make the data file durable"));
  return Meaning(files_.SyncDirectory(directory),
                 "make the name of the data file durable");
}

absl::Status DataFileBuilder::CheckNew(const std::string& directory,
                                       const std::string& name) {
  const std::string path = absl::StrCat(directory, "/", name);
  const auto fd = files_.Open(path, os::OpenMode::kReadOnly);
  if (IsErrno(fd.status(), ENOENT)) return absl::OkStatus();
  if (!fd.ok()) return Meaning(fd.status(), "look for the data file");
  RETURN_IF_ERROR(MakeDurable(fd->get(), directory));
  return Exists(path);
}

}  // namespace holdfast::pool
