#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/fakes/views.h"

namespace holdfast::fakes {
namespace {

os::MountAttributes Union(const os::MountAttributes& a,
                          const os::MountAttributes& b) {
  return {.read_only = a.read_only || b.read_only,
          .nosuid = a.nosuid || b.nosuid,
          .nodev = a.nodev || b.nodev,
          .noexec = a.noexec || b.noexec,
          .noatime = a.noatime || b.noatime,
          .nodiratime = a.nodiratime || b.nodiratime,
          .strictatime = a.strictatime || b.strictatime};
}

absl::Status CheckOptions(const Machine& machine,
                          const os::MountRequest& request) {
  for (const auto& [name, value] : request.options) {
    if (machine.option_names.contains(name)) continue;
    return ErrnoError(
        "fsconfig", request.device, EINVAL,
        absl::StrCat(request.fs_type, ": Unknown parameter '", name, "'"));
  }
  return absl::OkStatus();
}

// What fills a superblock from a device checks before it says yes.
absl::Status CheckSuperblock(const Loop& loop, const Data& data,
                             const os::MountRequest& request) {
  const auto refuse = [&](int error, const std::string& words) {
    return ErrnoError("fsconfig", request.device, error, words);
  };
  if (!data.superblock || data.superblock->type != request.fs_type) {
    return refuse(EINVAL, absl::StrCat("VFS: Can't find ", request.fs_type,
                                       " filesystem"));
  }
  if (data.superblock->size_bytes > loop.size) {
    return refuse(EINVAL, "bad geometry: block count exceeds size of device");
  }
  if (data.fs_block_bytes < loop.config.block_bytes) {
    return refuse(EINVAL, absl::StrCat("bad block size ", data.fs_block_bytes));
  }
  const bool is_read_only = loop.config.mode == os::LoopMode::kReadOnly;
  if (is_read_only && !request.read_only) {
    return refuse(EACCES, "Can't open blockdev");
  }
  if (is_read_only && data.needs_recovery) {
    return refuse(EROFS, "write access unavailable, cannot proceed");
  }
  return absl::OkStatus();
}

// An XFS knows its uuid among those that are mounted (fs/xfs/xfs_mount.c), and
// so did btrfs until kernel 6.7 (fs/btrfs/volumes.c).
absl::Status CheckUuid(const Machine& machine, const os::Superblock& superblock,
                       const os::MountRequest& request) {
  const bool is_btrfs = request.fs_type == "btrfs";
  if (is_btrfs && machine.btrfs_clones) return absl::OkStatus();
  for (const auto& [name, value] : request.options) {
    if (name == "nouuid") return absl::OkStatus();
  }
  for (const auto& [id, file_system] : machine.file_systems) {
    if (file_system.type != request.fs_type || !file_system.loop) continue;
    const Data& other =
        machine.disk.Get(machine.BackingInode(*file_system.loop)).live;
    if (other.superblock->uuid != superblock.uuid) continue;
    if (is_btrfs) return ErrnoError("fsconfig", request.device, EEXIST);
    return ErrnoError("fsconfig", request.device, EINVAL,
                      "Filesystem has duplicate UUID - can't mount");
  }
  return absl::OkStatus();
}

std::optional<int> FindMounted(const Machine& machine, int loop) {
  for (const auto& [id, file_system] : machine.file_systems) {
    if (file_system.loop == loop) return id;
  }
  return std::nullopt;
}

std::string ContextOf(const os::MountRequest& request) {
  for (const auto& [name, value] : request.options) {
    if (name == "context") return value;
  }
  return "";
}

// What a superblock that is mounted already asks of another mount of it.
// SELinux: selinux_cmp_sb_context() in security/selinux/hooks.c.
absl::Status CheckShared(const FileSystem& mounted,
                         const os::MountRequest& request) {
  if (mounted.read_only != request.read_only) {
    return ErrnoError("fsconfig", request.device, EBUSY,
                      "Can't mount, would change RO state");
  }
  if (mounted.context == ContextOf(request)) return absl::OkStatus();
  return ErrnoError("fsconfig", request.device, EINVAL,
                    "mount invalid.  Same superblock, different security "
                    "settings");
}

absl::StatusOr<int> LoopOf(const Machine& machine, const std::string& device) {
  ASSIGN_OR_RETURN(Place place, machine.Walk(device));
  const auto number = machine.LoopNumber(place.inode);
  if (!number) return ErrnoError("fsconfig", device, ENOTBLK);
  if (!machine.loops.at(*number)) {
    return ErrnoError("fsconfig", device, EIO, "unable to read superblock");
  }
  return *number;
}

absl::StatusOr<int> MakeSuperblock(Machine& machine, int number,
                                   const os::MountRequest& request) {
  const Loop& loop = *machine.loops.at(number);
  Inode& backing = machine.disk.Get(machine.BackingInode(number));
  RETURN_IF_ERROR(CheckSuperblock(loop, backing.live, request));
  if (request.fs_type == "xfs" || request.fs_type == "btrfs") {
    RETURN_IF_ERROR(CheckUuid(machine, *backing.live.superblock, request));
  }
  if (!request.read_only) {
    backing.live.needs_recovery = backing.durable.needs_recovery = true;
    backing.live.needs_check = backing.durable.needs_check = true;
  }
  return machine.AddFileSystem(
      {.device = {os::kLoopMajor, static_cast<uint32_t>(number)},
       .type = request.fs_type,
       .root = backing.live.tree,
       .read_only = request.read_only,
       .context = ContextOf(request),
       .loop = number,
       .total_bytes = backing.live.superblock->size_bytes,
       .total_inodes = backing.live.superblock->size_bytes / 16384});
}

absl::StatusOr<Mount*> MountOf(Machine& machine, int fd) {
  ASSIGN_OR_RETURN(OpenFile * file, machine.File(fd));
  if (!file->is_mount) {
    return ErrnoError("mount", absl::StrCat("descriptor ", fd), EINVAL);
  }
  return &machine.mounts.at(file->mount);
}

}  // namespace

absl::StatusOr<UniqueFd> FakeMounts::MountDevice(
    const os::MountRequest& request) {
  FAKE_CALL("Mounts.MountDevice", request.device);
  if (request.fs_type != "ext4" && request.fs_type != "ext3" &&
      request.fs_type != "xfs" && request.fs_type != "btrfs") {
    return ErrnoError("fsopen", request.fs_type, ENODEV);
  }
  RETURN_IF_ERROR(CheckOptions(machine_, request));
  ASSIGN_OR_RETURN(int number, LoopOf(machine_, request.device));
  auto file_system = FindMounted(machine_, number);
  if (!file_system) {
    ASSIGN_OR_RETURN(file_system, MakeSuperblock(machine_, number, request));
  }
  const FileSystem& found = machine_.file_systems.at(*file_system);
  RETURN_IF_ERROR(CheckShared(found, request));
  return machine_.NewMountFd({.file_system = *file_system,
                              .root = found.root,
                              .root_path = "/",
                              .attributes = request.attributes});
}

absl::StatusOr<UniqueFd> FakeMounts::CloneMount(const std::string& path) {
  FAKE_CALL("Mounts.CloneMount", path);
  ASSIGN_OR_RETURN(Place place, machine_.WalkNoFollow(path));
  const Mount& seen = machine_.mounts.at(place.mount);
  return machine_.NewMountFd({.file_system = seen.file_system,
                              .root = place.inode,
                              .root_path = place.path,
                              .attributes = seen.attributes});
}

absl::Status FakeMounts::SetAttributes(int mount_fd,
                                       const os::MountAttributes& attributes) {
  FAKE_CALL("Mounts.SetAttributes", absl::StrCat(mount_fd));
  ASSIGN_OR_RETURN(Mount * mount, MountOf(machine_, mount_fd));
  mount->attributes = Union(mount->attributes, attributes);
  return absl::OkStatus();
}

absl::Status FakeMounts::Attach(int mount_fd, const std::string& path) {
  FAKE_CALL("Mounts.Attach", path);
  ASSIGN_OR_RETURN(Mount * mount, MountOf(machine_, mount_fd));
  ASSIGN_OR_RETURN(Place place, machine_.Walk(path));
  if (mount->attached) return ErrnoError("move_mount", path, EINVAL);
  const auto is_directory = [&](InodeId inode) {
    return machine_.disk.Get(inode).kind == os::FileKind::kDirectory;
  };
  if (is_directory(mount->root) != is_directory(place.inode)) {
    return ErrnoError("move_mount", path, EINVAL);
  }
  mount->attached = true;
  mount->parent = place.mount;
  mount->at = place.inode;
  mount->path = path;
  machine_.disk.Open(place.inode);
  machine_.mount_order.push_back(
      machine_.open_files.at(machine_.fds.at(mount_fd)).mount);
  return absl::OkStatus();
}

absl::Status FakeMounts::Unmount(const std::string& path) {
  FAKE_CALL("Mounts.Unmount", path);
  ASSIGN_OR_RETURN(Place place, machine_.WalkNoFollow(path));
  const Mount& mount = machine_.mounts.at(place.mount);
  if (place.inode != mount.root) return ErrnoError("umount2", path, EINVAL);
  if (mount.permanent || machine_.IsMountBusy(place.mount)) {
    return ErrnoError("umount2", path, EBUSY);
  }
  machine_.DropMount(place.mount);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<os::MountPoint>> FakeMounts::List() {
  FAKE_CALL("Mounts.List", "");
  std::vector<os::MountPoint> list;
  for (int id : machine_.mount_order) {
    const Mount& mount = machine_.mounts.at(id);
    const FileSystem& on = machine_.file_systems.at(mount.file_system);
    list.push_back({.path = mount.path,
                    .root = mount.root_path,
                    .file_system = on.device,
                    .fs_type = on.type,
                    .read_only = mount.attributes.read_only,
                    .file_system_read_only = on.read_only,
                    .attributes = mount.attributes,
                    .context = on.context});
  }
  return list;
}

absl::StatusOr<std::vector<os::ShownMount>> FakeMounts::ListOf(
    const os::DeviceNumber& device, const std::string& node_name) {
  FAKE_CALL("Mounts.ListOf", node_name);
  std::vector<os::ShownMount> list;
  for (int id : machine_.mount_order) {
    const Mount& mount = machine_.mounts.at(id);
    const FileSystem& on = machine_.file_systems.at(mount.file_system);
    const os::ShownMount shown = {mount.path, mount.root_path, on.device};
    if (os::MayShow(shown, device, node_name)) list.push_back(shown);
  }
  return list;
}

}  // namespace holdfast::fakes
