#include "node/forgotten_stage.h"

#include <glog/logging.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "backend/fs_traits.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::node {
namespace {

using backend::AccessType;
using backend::AttachMode;
using backend::Volume;
using Kind = Observed::Kind;

absl::Status InUse(const Volume& volume, const std::string& device,
                   const std::string& by) {
  return absl::FailedPreconditionError(
      absl::StrCat("volume ", volume.id, " is in use: its device ", device, " ",
                   by, " before deleting it"));
}

// What StagedPath answers, taken apart.
std::string StagingPathOf(const Volume& volume, const std::string& path) {
  if (volume.format.access_type == AccessType::kMount) return path;
  return std::string(absl::StripSuffix(path, BlockStagingFile("")));
}

bool IsBlock(const Volume& volume) {
  return volume.format.access_type == AccessType::kBlock;
}

}  // namespace

absl::StatusOr<bool> ForgottenStage::End(const Volume& volume,
                                         Operation& operation) {
  ASSIGN_OR_RETURN(const auto devices, FindDevices(volume.id));
  if (devices.empty()) return false;
  for (const Device& device : devices) {
    RETURN_IF_ERROR(CheckForgotten(volume, device));
  }
  RETURN_IF_ERROR(operation.CheckActive());
  Rollback rollback;
  for (const Device& device : devices) {
    const absl::Status ended = EndDevice(volume, device, operation, rollback);
    if (!ended.ok()) return rollback.Undo(ended);
  }
  rollback.Commit();
  Forget(volume, devices);
  return true;
}

// The read-only one first: it is only there for publications.
absl::StatusOr<std::vector<ForgottenStage::Device>> ForgottenStage::FindDevices(
    const std::string& id) {
  std::vector<Device> devices;
  for (const AttachMode mode :
       {AttachMode::kReadOnly, AttachMode::kReadWrite}) {
    ASSIGN_OR_RETURN(const auto found, mounts_.FindVerified(id, mode));
    if (!found) continue;
    ASSIGN_OR_RETURN(auto mounts, mounts_.MountsOf(*found));
    devices.push_back({mode, *found, std::move(mounts)});
  }
  return devices;
}

absl::Status ForgottenStage::CheckForgotten(const Volume& volume,
                                            const Device& device) const {
  const std::string& path = device.attachment.device_path;
  for (const os::MountPoint& mount : device.mounts) {
    if (device.mode == AttachMode::kReadOnly || !IsStage(volume, mount)) {
      return InUse(volume, path,
                   absl::StrCat("is seen at ", mount.path,
                                ", which is no staging path. Unpublish or "
                                "unmount it there"));
    }
  }
  if (!device.mounts.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool claimed,
                   parts_.backend.IsClaimed(volume.id, device.mode));
  if (!claimed) return absl::OkStatus();
  return InUse(volume, path,
               "is mounted in another mount namespace, or claimed by another "
               "device. Find it with lsblk and unmount it");
}

bool ForgottenStage::IsStage(const Volume& volume,
                             const os::MountPoint& mount) const {
  // A part of a file system, bound somewhere, is nobody's stage.
  if (!IsBlock(volume) && mount.root != "/") return false;
  const std::string path = StagingPathOf(volume, mount.path);
  if (StagedPath(volume.format.access_type, path) != mount.path) return false;
  return IsKubeletStagingPath(path) || staging_paths_.Contains(volume.id, path);
}

absl::Status ForgottenStage::EndDevice(const Volume& volume,
                                       const Device& device,
                                       Operation& operation,
                                       Rollback& rollback) {
  for (const os::MountPoint& mount : device.mounts) {
    ASSIGN_OR_RETURN(const Observed there,
                     mounts_.Observe(volume.id, mount.path));
    // A layer below one that was unmounted along with it.
    if (there.kind == Kind::kUnmounted) continue;
    if (there.kind == Kind::kVolume) {
      rollback.Add(absl::StrCat("mount back at ", mount.path),
                   [this, &volume, &mount, &device] {
                     return MountBack(volume, mount, device);
                   });
    }
    RETURN_IF_ERROR(mounts_.UnmountAll(volume.id, mount.path).status());
  }
  return Detach(volume, device, operation, rollback);
}

absl::Status ForgottenStage::Detach(const Volume& volume, const Device& device,
                                    Operation& operation, Rollback& rollback) {
  const absl::Status detached =
      parts_.backend.Detach(volume.id, device.mode, operation);
  if (detached.ok() || !IsBlock(volume)) return detached;
  ASSIGN_OR_RETURN(const bool claimed,
                   parts_.backend.IsClaimed(volume.id, device.mode));
  // Open and not claimed, it goes with the last who has it open. A node bound
  // over it now could come to stand for another volume then.
  if (!claimed) rollback.Commit();
  return detached;
}

// Options of the file system are those of the superblock that lives on; only
// what the kernel would refuse to differ is said again.
absl::Status ForgottenStage::MountBack(const Volume& volume,
                                       const os::MountPoint& mount,
                                       const Device& device) {
  ASSIGN_OR_RETURN(const Observed there,
                   mounts_.Observe(volume.id, mount.path));
  if (there.kind == Kind::kVolume) return absl::OkStatus();
  const std::string& path = device.attachment.device_path;
  os::MountRequest request{
      .device = path,
      .fs_type = volume.format.fs_type,
      .options = backend::WithFixedMountOptions(volume.format.fs_type, {}),
      .read_only = mount.file_system_read_only,
      .attributes = mount.attributes};
  if (!mount.context.empty()) {
    request.options.emplace_back("context", mount.context);
  }
  const auto made = IsBlock(volume) ? parts_.mounts.CloneMount(path)
                                    : parts_.mounts.MountDevice(request);
  RETURN_IF_ERROR(made.status());
  RETURN_IF_ERROR(parts_.mounts.Attach(made->get(), mount.path));
  LOG(WARNING) << LogLine("mounted_back")
                      .Add("volume_id", volume.id)
                      .Add("path", mount.path);
  return absl::OkStatus();
}

void ForgottenStage::Forget(const Volume& volume,
                            const std::vector<Device>& devices) {
  for (const Device& device : devices) {
    for (const os::MountPoint& mount : device.mounts) {
      LOG(WARNING) << LogLine("forgotten_stage_ended")
                          .Add("volume_id", volume.id)
                          .Add("path", mount.path);
      staging_paths_.Remove(volume.id, StagingPathOf(volume, mount.path));
      // The volume is away: an empty file that stays does no harm.
      if (IsBlock(volume)) RemoveBindFile(mount.path);
    }
  }
}

void ForgottenStage::RemoveBindFile(const std::string& path) {
  const auto info = parts_.files.Stat(path);
  if (!info.ok() || !IsBindFile(*info)) return;
  const absl::Status removed = parts_.files.Unlink(path);
  if (removed.ok()) return;
  LOG(WARNING) << LogLine("bind_file_left")
                      .Add("path", path)
                      .Add("error", removed.message());
}

}  // namespace holdfast::node
