#include "node/staging.h"

#include <glog/logging.h>

#include <cerrno>
#include <optional>

#include "absl/strings/str_cat.h"
#include "backend/fs_traits.h"
#include "base/log.h"
#include "base/status.h"
#include "node/capability.h"
#include "node/device_lock.h"
#include "node/errors.h"

namespace holdfast::node {
namespace {

using backend::AccessType;
using backend::AttachMode;
using Kind = Observed::Kind;

// The staging path must be a directory that the caller made.
absl::Status CheckDirectory(const Observed& observed, const std::string& path) {
  if (observed.kind == Kind::kForeign || observed.kind == Kind::kVolume) {
    return absl::FailedPreconditionError(
        absl::StrCat("something else is mounted at the staging path ", path,
                     "; unmount it, or stage at another path"));
  }
  if (observed.kind == Kind::kAbsent ||
      observed.info.kind != os::FileKind::kDirectory) {
    return absl::FailedPreconditionError(
        absl::StrCat("the staging path ", path,
                     " is not a directory; make it before staging"));
  }
  return absl::OkStatus();
}

// By a program that a daemon started and did not live to see the end of, which
// is let alone: half a growth would need a person.
absl::Status StillHeld(const backend::FormattedDevice& device) {
  return absl::UnavailableError(absl::StrCat(
      device.path,
      " is held by a check or growth begun earlier, or by a mount in another "
      "mount namespace; try again, and if this stays see `fuser -v ",
      device.path, "`"));
}

bool GrowsUnmounted(const std::string& fs_type) {
  const backend::FsTraits* const traits = backend::FindFsTraits(fs_type);
  return traits != nullptr && !traits->grow.empty();
}

}  // namespace

absl::Status Staging::Stage(const StageSpec& spec, Operation& operation) {
  ASSIGN_OR_RETURN(const auto held,
                   parts_.locks.TryLock(spec.volume_id, operation));
  operation.Step("observe");
  ASSIGN_OR_RETURN(const auto volume, parts_.backend.GetVolume(spec.volume_id));
  const AccessType type = volume.format.access_type;
  const std::string path = StagedPath(type, spec.staging_path);
  ASSIGN_OR_RETURN(const Observed staged, ObserveLiving(spec.volume_id, path));
  const bool is_staged = staged.kind == Kind::kVolume;
  RETURN_IF_ERROR(CheckCapability(volume, spec.capability,
                                  is_staged ? Use::kInUse : Use::kNotInUse));
  if (is_staged) return CheckStaged(spec);
  RETURN_IF_ERROR(CheckPlace(spec, type, staged));
  RETURN_IF_ERROR(operation.CheckActive());

  Rollback rollback;
  const auto device = MakeStaged(spec, volume, operation, rollback);
  if (!device.ok()) return rollback.Undo(device.status());
  rollback.Commit();
  staging_paths_.Add(spec.volume_id, spec.staging_path);
  LOG(INFO) << LogLine("staged")
                   .Add("volume_id", spec.volume_id)
                   .Add("device", *device)
                   .Add("path", path);
  return absl::OkStatus();
}

// A dead stage is of use to nobody, and stands in the way of a new one.
absl::StatusOr<Observed> Staging::ObserveLiving(const std::string& volume_id,
                                                const std::string& path) {
  ASSIGN_OR_RETURN(const Observed observed, mounts_.Observe(volume_id, path));
  if (observed.kind != Kind::kDead) return observed;
  return mounts_.UnmountAll(volume_id, path);
}

absl::StatusOr<std::string> Staging::MakeStaged(const StageSpec& spec,
                                                const backend::Volume& volume,
                                                Operation& operation,
                                                Rollback& rollback) {
  ASSIGN_OR_RETURN(const auto attachment, Attach(spec, operation, rollback));
  // Until it is mounted or bound, and no longer than this function.
  ASSIGN_OR_RETURN(
      const UniqueFd lock,
      LockDevice(parts_.files, parts_.data_files, attachment.device_path));
  if (volume.format.access_type == AccessType::kBlock) {
    RETURN_IF_ERROR(StageBlock(spec, attachment, rollback));
  } else {
    RETURN_IF_ERROR(
        StageMount(spec, volume.format.fs_type, attachment, operation));
  }
  return attachment.device_path;
}

absl::Status Staging::CheckPlace(const StageSpec& spec, AccessType access_type,
                                 const Observed& staged) {
  if (access_type == AccessType::kMount) {
    return CheckDirectory(staged, spec.staging_path);
  }
  ASSIGN_OR_RETURN(const Observed directory,
                   mounts_.Observe(spec.volume_id, spec.staging_path));
  RETURN_IF_ERROR(CheckDirectory(directory, spec.staging_path));
  if (staged.kind == Kind::kAbsent ||
      (staged.kind == Kind::kUnmounted && IsBindFile(staged.info))) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("something else is at ", BlockStagingFile(spec.staging_path),
                   ", where the device of volume ", spec.volume_id,
                   " is to be bound; remove it, or stage at another path"));
}

absl::Status Staging::CheckStaged(const StageSpec& spec) {
  if (spec.capability.access_type == AccessType::kBlock) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto usage,
                   parts_.files.StatFileSystem(spec.staging_path));
  if (usage.read_only == spec.flags.attributes.read_only) {
    return absl::OkStatus();
  }
  return absl::AlreadyExistsError(absl::StrCat(
      "volume ", spec.volume_id, " is staged at ", spec.staging_path,
      usage.read_only ? " read-only" : " read-write",
      "; unstage it before staging it otherwise"));
}

absl::StatusOr<backend::Attachment> Staging::Attach(const StageSpec& spec,
                                                    Operation& operation,
                                                    Rollback& rollback) {
  operation.Step("attach");
  ASSIGN_OR_RETURN(
      const auto before,
      mounts_.FindVerified(spec.volume_id, AttachMode::kReadWrite));
  if (!before) {
    rollback.Add(absl::StrCat("detach ", spec.volume_id),
                 [this, id = spec.volume_id, &operation] {
                   return parts_.backend.Detach(id, AttachMode::kReadWrite,
                                                operation);
                 });
  }
  return parts_.backend.Attach(spec.volume_id, AttachMode::kReadWrite,
                               operation);
}

absl::Status Staging::StageMount(const StageSpec& spec,
                                 const std::string& fs_type,
                                 const backend::Attachment& attachment,
                                 Operation& operation) {
  operation.Step("check");
  const backend::FormattedDevice device{.path = attachment.device_path,
                                        .fs_type = fs_type,
                                        .size_bytes = attachment.size_bytes};
  ASSIGN_OR_RETURN(const auto superblock, parts_.file_systems.Check(device));
  if (!backend::FillsDevice(superblock, device)) {
    RETURN_IF_ERROR(Grow(spec.volume_id, device, superblock, operation));
  }
  RETURN_IF_ERROR(operation.CheckActive());
  operation.Step("mount");
  const MountFlags& flags = spec.flags;
  const auto mount = parts_.mounts.MountDevice(
      {.device = device.path,
       .fs_type = fs_type,
       .options = backend::WithFixedMountOptions(fs_type, flags.options),
       .read_only = flags.attributes.read_only,
       .attributes = flags.attributes});
  RETURN_IF_ERROR(MountRefused(mount.status(), spec.volume_id));
  return OutsidePool(parts_.mounts.Attach(mount->get(), spec.staging_path),
                     absl::StrCat("mount at ", spec.staging_path));
}

// A volume that is mounted already, at another staging path, is left to
// NodeExpandVolume, whatever its type: stage need not wait for it.
// Else by the kernel if it lets us, which is at once and starts no program, or
// unmounted.
absl::Status Staging::Grow(const std::string& volume_id,
                           const backend::FormattedDevice& device,
                           const os::Superblock& superblock,
                           Operation& operation) {
  operation.Step("grow");
  ASSIGN_OR_RETURN(const auto paths,
                   mounts_.PathsOf({device.path, device.size_bytes}));
  if (!paths.empty()) return absl::OkStatus();
  const absl::Status grown = parts_.file_systems.GrowMounted(device);
  if (!absl::IsFailedPrecondition(grown) || !GrowsUnmounted(device.fs_type)) {
    return grown;
  }
  ASSIGN_OR_RETURN(const bool claimed,
                   parts_.backend.IsClaimed(volume_id, AttachMode::kReadWrite));
  if (claimed) return StillHeld(device);
  return parts_.file_systems.GrowUnmounted(device, superblock, operation);
}

absl::Status Staging::StageBlock(const StageSpec& spec,
                                 const backend::Attachment& attachment,
                                 Rollback& rollback) {
  const std::string file = BlockStagingFile(spec.staging_path);
  const auto created = parts_.files.Create(file);
  if (created.ok()) {
    rollback.Add(absl::StrCat("remove ", file),
                 [this, file] { return parts_.files.Unlink(file); });
  } else if (!IsErrno(created.status(), EEXIST)) {
    return OutsidePool(created.status(), absl::StrCat("make ", file));
  }
  const auto node = parts_.mounts.CloneMount(attachment.device_path);
  RETURN_IF_ERROR(OutsidePool(node.status(),
                              absl::StrCat("bind ", attachment.device_path)));
  return OutsidePool(parts_.mounts.Attach(node->get(), file),
                     absl::StrCat("bind at ", file));
}

absl::Status Staging::Unstage(const UnstageSpec& spec, Operation& operation) {
  ASSIGN_OR_RETURN(const auto held,
                   parts_.locks.TryLock(spec.volume_id, operation));
  operation.Step("observe");
  const auto volume = parts_.backend.GetVolume(spec.volume_id);
  if (absl::IsNotFound(volume.status())) return UnstageUnknown(spec);
  RETURN_IF_ERROR(volume.status());
  operation.Step("unmount");
  const absl::Status unmounted = Unmount(spec, *volume);
  if (!unmounted.ok() && !absl::IsFailedPrecondition(unmounted)) {
    return unmounted;
  }
  operation.Step("detach");
  if (!unmounted.ok()) return DetachBeside(unmounted, *volume, operation);
  staging_paths_.Remove(spec.volume_id, spec.staging_path);
  return DetachUnlessSeen(*volume, operation);
}

absl::Status Staging::Unmount(const UnstageSpec& spec,
                              const backend::Volume& volume) {
  if (volume.format.access_type == AccessType::kBlock) {
    return RemoveBlockStaging(spec);
  }
  return mounts_.UnmountAll(spec.volume_id, spec.staging_path).status();
}

// What was mounted below ours, and shows now, is for others to take off; our
// device does not wait for that.
absl::Status Staging::DetachBeside(const absl::Status& foreign,
                                   const backend::Volume& volume,
                                   Operation& operation) {
  ASSIGN_OR_RETURN(const bool seen, mounts_.IsSeen(volume.id));
  if (!seen) {
    RETURN_IF_ERROR(
        parts_.backend.Detach(volume.id, AttachMode::kReadWrite, operation));
  }
  return foreign;
}

// Nothing of a volume that does not exist can be staged; that it was unstaged
// and deleted since is a repetition and OK.
absl::Status Staging::UnstageUnknown(const UnstageSpec& spec) {
  for (const auto& path :
       {spec.staging_path, BlockStagingFile(spec.staging_path)}) {
    ASSIGN_OR_RETURN(const Observed observed,
                     mounts_.Observe(spec.volume_id, path));
    if (observed.kind != Kind::kForeign) continue;
    return absl::NotFoundError(absl::StrCat(
        "there is no volume ", spec.volume_id, ", and what is mounted at ",
        path, " was left there; verify the volume id"));
  }
  return absl::OkStatus();
}

absl::Status Staging::RemoveBlockStaging(const UnstageSpec& spec) {
  const std::string file = BlockStagingFile(spec.staging_path);
  ASSIGN_OR_RETURN(const Observed left,
                   mounts_.UnmountAll(spec.volume_id, file));
  if (left.kind == Kind::kAbsent) return absl::OkStatus();
  if (!IsBindFile(left.info)) {
    return absl::FailedPreconditionError(
        absl::StrCat("what is at ", file, " was not made by staging volume ",
                     spec.volume_id, " and was left there; remove it by hand"));
  }
  return OutsidePool(parts_.files.Unlink(file), absl::StrCat("remove ", file));
}

// A bind of a device node does not hold the device: detached while it is still
// bound somewhere, its number could come to stand for another volume there. So
// block volumes are looked for among all mounts first. A mounted file system
// does hold it, and the scan waits until that shows.
absl::Status Staging::DetachUnlessSeen(const backend::Volume& volume,
                                       Operation& operation) {
  const auto detach = [&] {
    return parts_.backend.Detach(volume.id, AttachMode::kReadWrite, operation);
  };
  if (volume.format.access_type == AccessType::kBlock) {
    ASSIGN_OR_RETURN(const bool seen, mounts_.IsSeen(volume.id));
    return seen ? absl::OkStatus() : detach();
  }
  const absl::Status detached = detach();
  if (!absl::IsFailedPrecondition(detached)) return detached;
  ASSIGN_OR_RETURN(const bool seen, mounts_.IsSeen(volume.id));
  return seen ? absl::OkStatus() : detached;
}

}  // namespace holdfast::node
