#include "cli/attachment.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::cli {
namespace {

namespace fs = std::filesystem;

absl::Status MakeDirectory(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return ErrnoError("mkdir", path.string(), error.value());
  return absl::OkStatus();
}

bool IsWithin(const std::string& path, const std::string& directory) {
  return path == directory || absl::StartsWith(path, directory + "/");
}

}  // namespace

std::string Attachments::StagingPath(const AttachSpec& spec) const {
  return absl::StrCat(staging_root_, "/", spec.volume_id);
}

Placement Attachments::PlacementOf(const AttachSpec& spec) const {
  return {.volume_id = spec.volume_id,
          .staging_path = StagingPath(spec),
          .target_path = spec.path,
          .access_type = spec.access_type,
          // Several paths of one host may have it.
          .access_mode = backend::AccessMode::kSingleNodeMultiWriter,
          .mode = spec.mode};
}

absl::Status Attachments::CheckFree(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error) || fs::is_empty(path, error)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<os::MountPoint> mounts,
                   parts_.mounts.List());
  // Something of this volume or not: the daemon will say.
  const bool mounted =
      std::any_of(mounts.begin(), mounts.end(),
                  [&](const os::MountPoint& m) { return m.path == path; });
  if (mounted) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      path,
      " is not empty; name an empty directory, or one that is not there"));
}

absl::Status Attachments::StageAndPublish(const AttachSpec& spec) {
  RETURN_IF_ERROR(MakeDirectory(StagingPath(spec)));
  RETURN_IF_ERROR(MakeDirectory(fs::path(spec.path).parent_path()));
  RETURN_IF_ERROR(parts_.node.Stage(PlacementOf(spec)));
  return parts_.node.Publish(PlacementOf(spec));
}

absl::Status Attachments::Attach(const AttachSpec& spec) {
  RETURN_IF_ERROR(CheckFree(spec.path));
  const absl::Status status = StageAndPublish(spec);
  if (status.ok()) return status;
  if (IsUnreachable(status)) {
    // Nobody could stage anything; a directory that is in use stays.
    std::error_code ignored;
    fs::remove(StagingPath(spec), ignored);
    return status;
  }
  const absl::Status ended = EndStaging(spec);
  if (ended.ok()) return status;
  return Annotate(status, absl::StrCat("still staged at ", StagingPath(spec),
                                       " (", ended.message(), ")"));
}

absl::Status Attachments::Detach(const AttachSpec& spec) {
  RETURN_IF_ERROR(parts_.node.Unpublish(PlacementOf(spec)));
  return EndStaging(spec);
}

absl::StatusOr<bool> Attachments::IsUsed(const AttachSpec& spec) {
  ASSIGN_OR_RETURN(const std::vector<os::MountPoint> mounts,
                   parts_.mounts.List());
  const std::string staging = StagingPath(spec);
  // A block volume is bound over a file in its staging directory.
  const auto staged = std::find_if(
      mounts.begin(), mounts.end(),
      [&](const os::MountPoint& m) { return IsWithin(m.path, staging); });
  if (staged == mounts.end()) return false;
  return std::any_of(
      mounts.begin(), mounts.end(), [&](const os::MountPoint& m) {
        return m.file_system == staged->file_system && m.root == staged->root &&
               !IsWithin(m.path, staging);
      });
}

absl::Status Attachments::EndStaging(const AttachSpec& spec) {
  ASSIGN_OR_RETURN(const bool used, IsUsed(spec));
  if (used) return absl::OkStatus();
  RETURN_IF_ERROR(parts_.node.Unstage(PlacementOf(spec)));
  std::error_code error;
  fs::remove(StagingPath(spec), error);
  if (error) return ErrnoError("rmdir", StagingPath(spec), error.value());
  return absl::OkStatus();
}

}  // namespace holdfast::cli
