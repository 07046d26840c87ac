#include "backend/volume_file_system.h"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/status.h"

namespace holdfast::backend {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;
// The largest ext4 block; a rest smaller than one is of no use.
constexpr int64_t kBlockBytes = 4096;
// A block group of an ext4 with 4 KiB blocks. mke2fs and the kernel leave out
// a last group that cannot hold its own tables and 50 blocks besides
// (mke2fs(8)): about 2.3 MiB with its usual inode ratio, and 8.5 MiB with the
// one of a file system made below 512 MiB (mke2fs.conf(5), "small"), which it
// keeps when it grows.
constexpr int64_t kGroupBytes = 128 * kMiB;
constexpr int64_t kUselessGroupBytes = 9 * kMiB;

std::string CheckCommand(const FormattedDevice& device) {
  return absl::StrCat("run: e2fsck -f ", device.path);
}

absl::Status NeedsPerson(const FormattedDevice& device,
                         absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat("the file system on ", device.path, " ", what,
                   "; attach the volume by hand and ", CheckCommand(device)));
}

absl::Status Unreadable(const absl::Status& status,
                        const FormattedDevice& device) {
  if (IsErrno(status, EUCLEAN)) {
    return NeedsPerson(device,
                       "cannot be told from another one that left "
                       "its signature there");
  }
  if (IsErrno(status, EIO)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the superblock on ", device.path,
                     " cannot be read: ", status.message(),
                     "; look for errors of the pool's disk in the kernel log"));
  }
  return status;
}

absl::Status GrowRefused(const absl::Status& status,
                         const FormattedDevice& device) {
  absl::string_view advice;
  switch (GetErrno(status).value_or(0)) {
    case EPERM:
      advice =
          "give the node daemon the capability CAP_SYS_RESOURCE, or "
          "stage the volume again: it is grown before the mount then";
      break;
    case EROFS:
      advice = "it is mounted read-only: stage it read-write";
      break;
    case EBUSY:
      advice =
          "it is being grown already, or mounted otherwise: repeat the "
          "call, or stage the volume again";
      break;
    case EOPNOTSUPP:
      advice = "the kernel cannot grow it while mounted: stage it again";
      break;
    case EUCLEAN:
    case EBADMSG:
      return NeedsPerson(device, "is damaged");
    default:
      return Annotate(status, absl::StrCat("grow ", device.path));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the mounted file system on ", device.path,
                   " cannot grow now: ", status.message(), "; ", advice));
}

// Runs a program of e2fsprogs, which must end with at most `worst_exit_code`.
// It is never killed: half a resize asks for a person, and a check that takes
// longer than a caller waits would begin anew with each of its retries.
absl::Status RunTool(os::Commands& commands,
                     const std::vector<std::string>& argv,
                     int worst_exit_code) {
  const auto result = commands.Run(argv, absl::InfiniteFuture());
  const std::string command = absl::StrJoin(argv, " ");
  if (IsErrno(result.status(), ENOENT)) {
    return absl::FailedPreconditionError(absl::StrCat(
        argv.front(), " is not there; install the package e2fsprogs"));
  }
  if (!result.ok()) return Annotate(result.status(), command);
  if (result->exit_code <= worst_exit_code) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(command, " ended with ", result->exit_code, " (",
                   result->output, "); run: e2fsck -f ", argv.back()));
}

}  // namespace

bool FillsDevice(const os::Superblock& superblock,
                 const FormattedDevice& device) {
  const int64_t rest = device.size_bytes - superblock.size_bytes;
  if (rest < kBlockBytes) return true;
  return superblock.type == "ext4" &&
         superblock.size_bytes % kGroupBytes == 0 && rest < kUselessGroupBytes;
}

absl::StatusOr<os::Superblock> VolumeFileSystem::Check(
    const FormattedDevice& device) {
  auto superblock = file_systems_.Probe(device.path);
  if (!superblock.ok()) return Unreadable(superblock.status(), device);
  if (superblock->type.empty()) {
    return absl::DataLossError(absl::StrCat(
        "there is no file system on ", device.path, ", where ", device.fs_type,
        " should be; nothing was changed: restore the volume from a snapshot, "
        "or attach it by hand and look for a backup superblock with e2fsck "
        "-b 32768"));
  }
  if (superblock->type != device.fs_type) {
    return absl::FailedPreconditionError(absl::StrCat(
        device.path, " holds ", superblock->type, " where ", device.fs_type,
        " should be; nothing was changed: find out who wrote there, or restore "
        "the volume from a snapshot"));
  }
  if (superblock->has_errors) {
    return NeedsPerson(device, "noted errors and asks for a check");
  }
  return superblock;
}

absl::Status VolumeFileSystem::Flush(const FormattedDevice& device) {
  ASSIGN_OR_RETURN(const UniqueFd mount, ShareMount(device));
  return file_systems_.Sync(mount.get());
}

absl::Status VolumeFileSystem::GrowMounted(const FormattedDevice& device) {
  // The kernel would refuse a growth that cannot be, or may not.
  const auto seen = file_systems_.Probe(device.path);
  if (seen.ok() && FillsDevice(*seen, device)) return absl::OkStatus();
  const auto mount = ShareMount(device);
  if (!mount.ok()) return GrowRefused(mount.status(), device);
  return GrowRefused(
      file_systems_.Grow(mount->get(), device.fs_type, device.size_bytes),
      device);
}

absl::StatusOr<UniqueFd> VolumeFileSystem::ShareMount(
    const FormattedDevice& device) {
  auto mount =
      mounts_.MountDevice({.device = device.path, .fs_type = device.fs_type});
  const bool differs =
      IsErrno(mount.status(), EBUSY) || IsErrno(mount.status(), EINVAL);
  return differs ? CopyMount(device, mount.status()) : std::move(mount);
}

absl::StatusOr<UniqueFd> VolumeFileSystem::CopyMount(
    const FormattedDevice& device, const absl::Status& refused) {
  ASSIGN_OR_RETURN(const auto mounts, MountsOf(device));
  for (const os::MountPoint& mount : mounts) {
    // Another mount on top of it would be copied instead, and a single file
    // that is mounted is no way to its file system.
    const auto seen = files_.Stat(mount.path);
    if (seen.ok() && seen->file_system == mount.file_system &&
        seen->kind == os::FileKind::kDirectory) {
      return mounts_.CloneMount(mount.path);
    }
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "the file system on ", device.path,
      " cannot be reached: ", refused.message(),
      "; its mount is not visible in this mount namespace: "
      "unmount it where it is mounted (lsblk), or stage the volume again"));
}

// Those that may be written through first: growing asks for that.
absl::StatusOr<std::vector<os::MountPoint>> VolumeFileSystem::MountsOf(
    const FormattedDevice& device) {
  ASSIGN_OR_RETURN(const os::FileInfo node, files_.Stat(device.path));
  ASSIGN_OR_RETURN(auto mounts, mounts_.List());
  std::erase_if(mounts, [&](const os::MountPoint& mount) {
    return mount.file_system != node.device;
  });
  std::stable_partition(mounts.begin(), mounts.end(),
                        [](const auto& mount) { return !mount.read_only; });
  return mounts;
}

absl::Status VolumeFileSystem::GrowUnmounted(const FormattedDevice& device,
                                             const os::Superblock& superblock,
                                             Operation& operation) {
  if (FillsDevice(superblock, device)) return absl::OkStatus();
  if (device.fs_type != "ext4") {
    return absl::FailedPreconditionError(absl::StrCat(
        device.fs_type, " on ", device.path,
        " grows mounted only; give the node daemon the capability to"));
  }
  // Replays the journal and repairs what can be repaired without loss. It
  // refuses a device that is mounted anywhere.
  operation.Step("e2fsck");
  RETURN_IF_ERROR(RunTool(commands_, {"e2fsck", "-f", "-p", device.path},
                          /*worst_exit_code=*/1));
  operation.Step("resize2fs");
  return RunTool(commands_, {"resize2fs", device.path}, /*worst_exit_code=*/0);
}

}  // namespace holdfast::backend
