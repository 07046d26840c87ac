#include "node/volume_mounts.h"

#include <glog/logging.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "node/errors.h"
#include "os/loop.h"

namespace holdfast::node {
namespace {

using backend::AccessType;
using backend::AttachMode;
using Kind = Observed::Kind;

// Links by device number, to each device's directory.
constexpr char kSysBlock[] = "/sys/dev/block";

// ELOOP: through a symlink that leads to itself.
bool IsAbsent(const absl::Status& status) {
  return IsErrno(status, ENOENT) || IsErrno(status, ENOTDIR) ||
         IsErrno(status, ELOOP);
}

// Of a file system that was shut down because its device failed.
bool IsFailing(const absl::Status& status) {
  return IsErrno(status, EIO) || IsErrno(status, ESHUTDOWN);
}

absl::Status IsDead(const std::string& volume_id, const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("what volume ", volume_id, " has at ", path,
                   " is dead: its device is gone; unpublish and unstage it, "
                   "then stage it again"));
}

}  // namespace

std::string BlockStagingFile(const std::string& staging_path) {
  return absl::StrCat(staging_path, "/device");
}

bool IsBindFile(const os::FileInfo& info) {
  return info.kind == os::FileKind::kRegular && info.size_bytes == 0;
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

// Asking whether the device is claimed makes the backend look for one that it
// does not remember.
absl::StatusOr<std::optional<backend::Attachment>> VolumeMounts::FindVerified(
    const std::string& volume_id, AttachMode mode) {
  ASSIGN_OR_RETURN(auto found, Find(volume_id, mode));
  if (found) return found;
  const auto claimed = parts_.backend.IsClaimed(volume_id, mode);
  if (absl::IsNotFound(claimed.status())) return std::nullopt;
  RETURN_IF_ERROR(claimed.status());
  return Find(volume_id, mode);
}

// The attachment, if it is the device of that number.
absl::StatusOr<std::optional<backend::Attachment>> VolumeMounts::FindDevice(
    const std::string& volume_id, AttachMode mode,
    const os::DeviceNumber& number) {
  ASSIGN_OR_RETURN(auto attachment, FindVerified(volume_id, mode));
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
  if (IsFailing(info.status())) {
    return ObserveFailing(volume_id, path, info.status());
  }
  RETURN_IF_ERROR(OutsidePool(info.status(), absl::StrCat("look at ", path)));
  if (!info->is_mount_root) return Observed{Kind::kUnmounted, *info};
  ASSIGN_OR_RETURN(Observed observed, Identify(volume_id, *info));
  if (observed.kind != Kind::kForeign) return observed;
  ASSIGN_OR_RETURN(const bool detached, IsDetachedLoop(*info));
  if (detached) observed.kind = Kind::kDead;
  return observed;
}

// The mount table is what can still be asked. Of several mounts at one path the
// last is the one that shows.
absl::StatusOr<Observed> VolumeMounts::ObserveFailing(
    const std::string& volume_id, const std::string& path,
    const absl::Status& failure) {
  ASSIGN_OR_RETURN(const auto mounts, parts_.mounts.List());
  const auto top =
      std::find_if(mounts.rbegin(), mounts.rend(),
                   [&](const auto& mount) { return mount.path == path; });
  if (top == mounts.rend()) return failure;
  ASSIGN_OR_RETURN(
      const auto device,
      FindDevice(volume_id, AttachMode::kReadWrite, top->file_system));
  if (!device) return failure;
  return Observed{.kind = Kind::kDead, .attachment = *device};
}

// A bind of a node does not hold the device, so this can happen. Nothing is
// lost with such a bind, whoever made it: it shows nothing. Where sysfs cannot
// be asked it is not taken for one.
absl::StatusOr<bool> VolumeMounts::IsDetachedLoop(const os::FileInfo& info) {
  if (info.kind != os::FileKind::kBlockDevice ||
      info.device.major != os::kLoopMajor ||
      !parts_.files.Stat(kSysBlock).ok()) {
    return false;
  }
  // There exactly while something is attached.
  const auto attached = parts_.files.Stat(absl::StrCat(
      kSysBlock, "/", info.device.major, ":", info.device.minor, "/loop"));
  if (IsAbsent(attached.status())) return true;
  RETURN_IF_ERROR(attached.status());
  return false;
}

absl::StatusOr<Observed> VolumeMounts::ObserveVolumePath(
    const std::string& volume_id, const std::string& path) {
  ASSIGN_OR_RETURN(const Observed observed, Observe(volume_id, path));
  if (observed.kind == Kind::kDead) return IsDead(volume_id, path);
  if (observed.kind != Kind::kUnmounted) return observed;
  if (observed.info.kind == os::FileKind::kBlockDevice) {
    return Identify(volume_id, observed.info);
  }
  if (observed.info.kind == os::FileKind::kDirectory) {
    return Observe(volume_id, BlockStagingFile(path));
  }
  return observed;
}

// A bound device node shows the file system that the node lives on. Its name
// says that it may be this device, and its number decides.
absl::StatusOr<bool> VolumeMounts::Shows(const os::ShownMount& mount,
                                         const os::DeviceNumber& number) {
  if (mount.file_system == number) return true;
  const auto info = parts_.files.Stat(mount.path);
  // Unmounted since. Whatever else hides it must not pass for that.
  if (IsAbsent(info.status())) return false;
  RETURN_IF_ERROR(info.status());
  return info->kind == os::FileKind::kBlockDevice && info->device == number;
}

absl::StatusOr<std::vector<os::MountPoint>> VolumeMounts::MountsOf(
    const backend::Attachment& attachment) {
  const std::string name = os::RootName(attachment.device_path);
  ASSIGN_OR_RETURN(const os::FileInfo node,
                   parts_.files.Stat(attachment.device_path));
  ASSIGN_OR_RETURN(const auto all, parts_.mounts.List());
  std::vector<os::MountPoint> mounts;
  for (const auto& mount : all) {
    const os::ShownMount candidate = {mount.path, mount.root,
                                      mount.file_system};
    if (!os::MayShow(candidate, node.device, name)) continue;
    ASSIGN_OR_RETURN(const bool shown, Shows(candidate, node.device));
    if (shown) mounts.push_back(mount);
  }
  return mounts;
}

absl::StatusOr<std::vector<std::string>> VolumeMounts::PathsOf(
    const backend::Attachment& attachment) {
  const std::string name = os::RootName(attachment.device_path);
  ASSIGN_OR_RETURN(const os::FileInfo node,
                   parts_.files.Stat(attachment.device_path));
  ASSIGN_OR_RETURN(const auto candidates,
                   parts_.mounts.ListOf(node.device, name));
  // Mount propagation can show one mount twice under one path.
  std::set<std::string> paths;
  for (const auto& mount : candidates) {
    ASSIGN_OR_RETURN(const bool shown, Shows(mount, node.device));
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
    if (observed.kind != Kind::kVolume && observed.kind != Kind::kDead) {
      return observed;
    }
    RETURN_IF_ERROR(OutsidePool(parts_.mounts.Unmount(path),
                                absl::StrCat("unmount ", path)));
    LOG(INFO)
        << LogLine("unmounted").Add("volume_id", volume_id).Add("path", path);
  }
}

absl::StatusOr<bool> VolumeMounts::IsSeen(const std::string& volume_id) {
  ASSIGN_OR_RETURN(const auto attachment,
                   FindVerified(volume_id, AttachMode::kReadWrite));
  if (!attachment) return false;
  ASSIGN_OR_RETURN(const auto paths, PathsOf(*attachment));
  if (paths.empty()) return false;
  LOG(WARNING) << LogLine("device_kept")
                      .Add("volume_id", volume_id)
                      .Add("device", attachment->device_path)
                      .Add("still_at", paths.front());
  return true;
}

}  // namespace holdfast::node
