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
#include "backend/fs_traits.h"
#include "base/status.h"

namespace holdfast::backend {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;
// A block group of an ext4 with 4 KiB blocks. mke2fs and the kernel leave out
// a last group that cannot hold its own tables and 50 blocks besides
// (mke2fs(8)): about 2.3 MiB with its usual inode ratio, and 8.5 MiB with the
// one of a file system made below 512 MiB (mke2fs.conf(5), "small"), which it
// keeps when it grows.
constexpr int64_t kGroupBytes = 128 * kMiB;
constexpr int64_t kUselessGroupBytes = 9 * kMiB;

// Of a type that volumes can have; a record names no other.
const FsTraits& TraitsOf(const FormattedDevice& device) {
  const FsTraits* const traits = FindFsTraits(device.fs_type);
  return traits != nullptr ? *traits : AllFsTraits().front();
}

std::string CheckCommand(const FormattedDevice& device) {
  return absl::StrCat("run: ", TraitsOf(device).repair, " ", device.path);
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

struct Tool {
  std::vector<std::string> argv;  // without the device
  int worst_exit_code = 0;
};

// It is never killed: half a resize asks for a person, and a check that takes
// longer than a caller waits would begin anew with each of its retries.
absl::Status RunTool(os::Commands& commands, Tool tool,
                     const FormattedDevice& device) {
  tool.argv.push_back(device.path);
  const auto result = commands.Run(tool.argv, absl::InfiniteFuture());
  const std::string command = absl::StrJoin(tool.argv, " ");
  if (IsErrno(result.status(), ENOENT)) {
    return absl::FailedPreconditionError(
        absl::StrCat(tool.argv.front(), " is not there; install the package ",
                     TraitsOf(device).package));
  }
  if (!result.ok()) return Annotate(result.status(), command);
  if (result->exit_code <= tool.worst_exit_code) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(command, " ended with ", result->exit_code, " (",
                   result->output, "); ", CheckCommand(device)));
}

// Some errors corrected is a good end (e2fsck(8)).
absl::Status Preen(os::Commands& commands, const FormattedDevice& device,
                   const std::vector<std::string>& options) {
  std::vector<std::string> argv = TraitsOf(device).preen;
  argv.insert(argv.end(), options.begin(), options.end());
  return RunTool(commands, {.argv = argv, .worst_exit_code = 1}, device);
}

}  // namespace

bool FillsDevice(const os::Superblock& superblock,
                 const FormattedDevice& device) {
  const int64_t rest = device.size_bytes - superblock.size_bytes;
  if (rest < TraitsOf(device).smallest_growth_bytes) return true;
  return !TraitsOf(device).grow.empty() &&
         superblock.size_bytes % kGroupBytes == 0 && rest < kUselessGroupBytes;
}

absl::StatusOr<os::Superblock> VolumeFileSystem::Look(
    const FormattedDevice& device) {
  auto superblock = file_systems_.ProbeFor(device.path, device.fs_type);
  if (!superblock.ok() || !superblock->type.empty()) return superblock;
  // To say what is there instead.
  return file_systems_.Probe(device.path);
}

absl::StatusOr<os::Superblock> VolumeFileSystem::Check(
    const FormattedDevice& device) {
  auto superblock = Look(device);
  if (!superblock.ok()) return Unreadable(superblock.status(), device);
  if (superblock->type.empty()) {
    return absl::DataLossError(absl::StrCat(
        "there is no file system on ", device.path, ", where ", device.fs_type,
        " should be; nothing was changed: restore the volume from a snapshot, "
        "or attach it by hand and look for a backup superblock with ",
        TraitsOf(device).salvage));
  }
  if (superblock->type != device.fs_type) {
    return absl::FailedPreconditionError(absl::StrCat(
        device.path, " holds ", superblock->type, " where ", device.fs_type,
        " should be; nothing was changed: find out who wrote there, or restore "
        "the volume from a snapshot"));
  }
  if (!superblock->has_errors) return superblock;
  if (TraitsOf(device).preen.empty()) {
    return NeedsPerson(device, "asks for a repair before it is mounted");
  }
  RETURN_IF_ERROR(Preen(commands_, device, {}));
  superblock = Look(device);
  if (!superblock.ok()) return Unreadable(superblock.status(), device);
  if (!superblock->has_errors) return superblock;
  return NeedsPerson(device, "noted errors that preening does not correct");
}

absl::Status VolumeFileSystem::Flush(const FormattedDevice& device) {
  ASSIGN_OR_RETURN(const UniqueFd mount, ShareMount(device));
  return file_systems_.Sync(mount.get());
}

absl::Status VolumeFileSystem::GrowMounted(const FormattedDevice& device) {
  // The kernel would refuse a growth that cannot be, or may not. An xfs may
  // wait, frozen, for the end of a growth that was killed (os/linux_xfs.h).
  const auto seen = file_systems_.ProbeFor(device.path, device.fs_type);
  if (seen.ok() && FillsDevice(*seen, device) && device.fs_type != "xfs") {
    return absl::OkStatus();
  }
  const auto mount = ShareMount(device);
  if (!mount.ok()) return GrowRefused(mount.status(), device);
  return GrowRefused(
      file_systems_.Grow(mount->get(), device.fs_type, device.size_bytes),
      device);
}

absl::StatusOr<UniqueFd> VolumeFileSystem::ShareMount(
    const FormattedDevice& device) {
  auto mount = mounts_.MountDevice(
      {.device = device.path,
       .fs_type = device.fs_type,
       .options = WithFixedMountOptions(device.fs_type, {})});
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
  const std::vector<std::string>& grow = TraitsOf(device).grow;
  if (grow.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        device.fs_type, " on ", device.path,
        " grows mounted only; give the node daemon the capability to"));
  }
  // Replays the journal and repairs what can be repaired without loss. It
  // refuses a device that is mounted anywhere.
  operation.Step("check");
  RETURN_IF_ERROR(Preen(commands_, device, {"-f"}));
  operation.Step("grow unmounted");
  return RunTool(commands_, {.argv = grow}, device);
}

}  // namespace holdfast::backend
