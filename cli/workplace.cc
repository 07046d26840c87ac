#include "cli/workplace.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::cli {
namespace {

namespace fs = std::filesystem;

absl::Status MakeDirectory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return ErrnoError("mkdir", path, error.value());
  return absl::OkStatus();
}

// Removes the directories of a volume. Only empty ones: should something be
// mounted there against all expectation, its files stay.
absl::Status RemoveDirectories(const WorkVolume& volume) {
  const fs::path staging = volume.staging_path;
  for (const fs::path& path : {staging, staging.parent_path()}) {
    std::error_code error;
    fs::remove(path, error);
    if (error) return ErrnoError("rmdir", path.string(), error.value());
  }
  return absl::OkStatus();
}

}  // namespace

Workplace::Workplace(Clients clients, std::string directory, std::string prefix)
    : clients_(clients),
      directory_(std::move(directory)),
      prefix_(std::move(prefix)) {}

Placement Workplace::At(const WorkVolume& volume) const {
  return {.volume_id = volume.id,
          .staging_path = volume.staging_path,
          .target_path = volume.target_path};
}

absl::StatusOr<WorkVolume*> Workplace::Create(const std::string& name,
                                              backend::VolumeSpec spec) {
  WorkVolume volume{.name = absl::StrCat(prefix_, "-", name)};
  const std::string root = absl::StrCat(directory_, "/", volume.name);
  volume.staging_path = root + "/staging";
  volume.target_path = root + "/target";
  spec.name = volume.name;
  ASSIGN_OR_RETURN(const VolumeInfo made,
                   clients_.controller.CreateVolume(spec));
  volume.id = made.id;
  volume.size_bytes = made.size_bytes;
  return &volumes_.emplace_back(std::move(volume));
}

absl::Status Workplace::Stage(WorkVolume& volume) {
  RETURN_IF_ERROR(MakeDirectory(volume.staging_path));
  // Noted before: a failed call may have done a part of its work.
  volume.staged = true;
  return clients_.node.Stage(At(volume));
}

absl::Status Workplace::Publish(WorkVolume& volume) {
  volume.published = true;
  return clients_.node.Publish(At(volume));
}

absl::Status Workplace::Unpublish(WorkVolume& volume) {
  RETURN_IF_ERROR(clients_.node.Unpublish(At(volume)));
  volume.published = false;
  return absl::OkStatus();
}

absl::Status Workplace::Unstage(WorkVolume& volume) {
  RETURN_IF_ERROR(clients_.node.Unstage(At(volume)));
  volume.staged = false;
  return absl::OkStatus();
}

absl::Status Workplace::Expand(WorkVolume& volume, int64_t bytes) {
  ASSIGN_OR_RETURN(volume.size_bytes,
                   clients_.controller.ExpandVolume(
                       volume.id, bytes, backend::AccessType::kMount));
  return absl::OkStatus();
}

absl::Status Workplace::Delete(WorkVolume& volume) {
  RETURN_IF_ERROR(clients_.controller.DeleteVolume(volume.id));
  RETURN_IF_ERROR(RemoveDirectories(volume));
  volumes_.remove_if([&](const WorkVolume& v) { return &v == &volume; });
  return absl::OkStatus();
}

absl::Status Workplace::Trash(const WorkVolume& volume) {
  return clients_.controller.DeleteVolume(volume.id);
}

absl::StatusOr<std::string> Workplace::Snapshot(const std::string& name,
                                                const WorkVolume& volume) {
  ASSIGN_OR_RETURN(std::string id,
                   clients_.controller.CreateSnapshot(
                       absl::StrCat(prefix_, "-", name), volume.id));
  snapshots_.push_back(id);
  return id;
}

absl::Status Workplace::DeleteSnapshots() {
  while (!snapshots_.empty()) {
    RETURN_IF_ERROR(clients_.controller.DeleteSnapshot(snapshots_.back()));
    snapshots_.pop_back();
  }
  return absl::OkStatus();
}

absl::Status Workplace::Remove(WorkVolume& volume) {
  if (volume.published) RETURN_IF_ERROR(Unpublish(volume));
  if (volume.staged) RETURN_IF_ERROR(Unstage(volume));
  return Delete(volume);
}

absl::Status Workplace::CleanUp() {
  absl::Status first;
  std::vector<WorkVolume*> left;
  for (WorkVolume& volume : volumes_) left.insert(left.begin(), &volume);
  for (WorkVolume* volume : left) {
    // Remove ends the volume's life: its name is kept for the message.
    const std::string name = volume->name;
    first.Update(Annotate(Remove(*volume), name));
  }
  first.Update(DeleteSnapshots());
  return first;
}

}  // namespace holdfast::cli
