#include "node/volume_mounts.h"

#include <glog/logging.h>

#include <cerrno>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "node/errors.h"

namespace holdfast::node {
namespace {

using backend::AccessType;
using backend::AttachMode;
using Kind = Observed::Kind;

bool IsAbsent(const absl::Status& status) {
  return IsErrno(status, ENOENT) || IsErrno(status, ENOTDIR);
}

std::string BaseName(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::string BlockStagingFile(const std::string& staging_path) {
  return absl::StrCat(staging_path, "/device");
}

std::string StagedPath(AccessType access_type,
                       const std::string& staging_path) {
  return access_type == AccessType::kBlock ? BlockStagingFile(staging_path)
                                           : staging_path;
}

absl::Status NotAtPath(const std::string& volume_id, const std::string& path) {
  return absl::NotFoundError(
      absl::StrCat("volume ", volume_id, " is not mounted at ", path,
                   "; ask for a path where it is staged or published"));
}

absl::StatusOr<std::optional<backend::Attachment>> VolumeMounts::Find(
    const std::string& volume_id, AttachMode mode) {
  auto found = parts_.backend.FindAttachment(volume_id, mode);
  if (absl::IsNotFound(found.status())) return std::nullopt;
  return found;
}

// The attachment, if it is the device of that number.
absl::StatusOr<std::optional<backend::Attachment>> VolumeMounts::FindDevice(
    const std::string& volume_id, AttachMode mode,
    const os::DeviceNumber& number) {
  ASSIGN_OR_RETURN(auto attachment, Find(volume_id, mode));
  if (!attachment) return std::nullopt;
  ASSIGN_OR_RETURN(const os::FileInfo node,
                   parts_.files.Stat(attachment->device_path));
  if (node.kind != os::FileKind::kBlockDevice || node.device != number) {
    return std::nullopt;
  }
  return attachment;
}

absl::StatusOr<Observed> VolumeMounts::Identify(const std::string& volume_id,
                                                const os::FileInfo& info) {
  const bool is_node = info.kind == os::FileKind::kBlockDevice;
  const os::DeviceNumber number = is_node ? info.device : info.file_system;
  for (const AttachMode mode :
       {AttachMode::kReadWrite, AttachMode::kReadOnly}) {
    // Only block volumes are ever attached read-only.
    if (mode == AttachMode::kReadOnly && !is_node) break;
    ASSIGN_OR_RETURN(const auto device, FindDevice(volume_id, mode, number));
    if (device) return Observed{Kind::kVolume, info, mode, *device};
  }
  return Observed{Kind::kForeign, info};
}

absl::StatusOr<Observed> VolumeMounts::Observe(const std::string& volume_id,
                                               const std::string& path) {
  if (!absl::StartsWith(path, "/")) return Observed{};
  const auto info = parts_.files.Stat(path);
  if (IsAbsent(info.status())) return Observed{};
  RETURN_IF_ERROR(info.status());
  if (!info->is_mount_root) return Observed{Kind::kUnmounted, *info};
  return Identify(volume_id, *info);
}

absl::StatusOr<Observed> VolumeMounts::ObserveVolumePath(
    const std::string& volume_id, const std::string& path) {
  ASSIGN_OR_RETURN(const Observed observed, Observe(volume_id, path));
  if (observed.kind != Kind::kUnmounted) return observed;
  if (observed.info.kind == os::FileKind::kBlockDevice) {
    return Identify(volume_id, observed.info);
  }
  if (observed.info.kind == os::FileKind::kDirectory) {
    return Observe(volume_id, BlockStagingFile(path));
  }
  return observed;
}

absl::StatusOr<bool> VolumeMounts::Shows(const os::MountPoint& mount,
                                         const os::DeviceNumber& number,
                                         const std::string& device_path) {
  if (mount.file_system == number) return true;
  // A bound device node shows the file system that the node lives on; its
  // root within that ends like the node's path, and the number decides.
  if (BaseName(mount.root) != BaseName(device_path)) return false;
  const auto info = parts_.files.Stat(mount.path);
  // Unmounted since the scan. Whatever else hides it must not pass for that.
  if (IsAbsent(info.status())) return false;
  RETURN_IF_ERROR(info.status());
  return info->kind == os::FileKind::kBlockDevice && info->device == number;
}

absl::StatusOr<std::vector<std::string>> VolumeMounts::PathsOf(
    const backend::Attachment& attachment) {
  ASSIGN_OR_RETURN(const os::FileInfo node,
                   parts_.files.Stat(attachment.device_path));
  ASSIGN_OR_RETURN(const auto mounts, parts_.mounts.List());
  // Mount propagation can show one mount twice under one path.
  std::set<std::string> paths;
  for (const auto& mount : mounts) {
    ASSIGN_OR_RETURN(const bool shown,
                     Shows(mount, node.device, attachment.device_path));
    if (shown) paths.insert(mount.path);
  }
  return std::vector<std::string>(paths.begin(), paths.end());
}

absl::StatusOr<Observed> VolumeMounts::UnmountAll(const std::string& volume_id,
                                                  const std::string& path) {
  while (true) {
    ASSIGN_OR_RETURN(const Observed observed, Observe(volume_id, path));
    if (observed.kind == Kind::kForeign) {
      return absl::FailedPreconditionError(absl::StrCat(
          "what is mounted at ", path, " is not volume ", volume_id,
          " and was left there; unmount it by hand if nobody needs it"));
    }
    if (observed.kind != Kind::kVolume) return observed;
    RETURN_IF_ERROR(OutsidePool(parts_.mounts.Unmount(path),
                                absl::StrCat("unmount ", path)));
    LOG(INFO)
        << LogLine("unmounted").Add("volume_id", volume_id).Add("path", path);
  }
}

}  // namespace holdfast::node
