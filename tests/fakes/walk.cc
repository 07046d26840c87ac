// How paths lead to inodes, through mounts.

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "tests/fakes/machine.h"

namespace holdfast::fakes {
namespace {

// The kernel reads a path up to its first NUL.
std::vector<std::string> Components(const std::string& path) {
  return absl::StrSplit(path.c_str(), '/', absl::SkipEmpty());
}

std::string Join(const std::string& directory, const std::string& name) {
  return absl::StrCat(directory == "/" ? "" : directory, "/", name);
}

// The topmost mount on a place, if any is.
Place CrossMounts(const Machine& machine, Place place) {
  for (bool found = true; found;) {
    found = false;
    for (const auto& [id, mount] : machine.mounts) {
      if (!mount.attached || mount.parent != place.mount ||
          mount.at != place.inode) {
        continue;
      }
      place = {id, mount.root, mount.root_path};
      found = true;
      break;
    }
  }
  return place;
}

Place RootPlace(const Machine& machine) {
  // The first mount is the root; its parent is 0, which is no mount.
  const auto& [id, mount] = *machine.mounts.begin();
  return CrossMounts(machine, {id, mount.root, "/"});
}

absl::StatusOr<Place> Step(const Machine& machine, const Place& from,
                           const std::string& name, const std::string& path) {
  const Inode& inode = machine.disk.Get(from.inode);
  if (inode.kind == os::FileKind::kSymlink) {
    return ErrnoError("path", path, ELOOP);
  }
  if (inode.kind != os::FileKind::kDirectory) {
    return ErrnoError("path", path, ENOTDIR);
  }
  if (name.size() > 255) return ErrnoError("path", path, ENAMETOOLONG);
  const auto child = machine.disk.Find(from.inode, name);
  if (!child) return ErrnoError("path", path, ENOENT);
  return CrossMounts(machine, {from.mount, *child, Join(from.path, name)});
}

absl::StatusOr<Place> WalkSome(const Machine& machine, const std::string& path,
                               size_t leave_out) {
  if (path.empty() || path[0] != '/') return ErrnoError("path", path, ENOENT);
  const auto components = Components(path);
  Place place = RootPlace(machine);
  for (size_t i = 0; i + leave_out < components.size(); ++i) {
    ASSIGN_OR_RETURN(place, Step(machine, place, components[i], path));
  }
  return place;
}

}  // namespace

absl::StatusOr<Place> Machine::WalkNoFollow(const std::string& path) const {
  return WalkSome(*this, path, 0);
}

absl::StatusOr<Place> Machine::Walk(const std::string& path) const {
  ASSIGN_OR_RETURN(Place place, WalkNoFollow(path));
  if (disk.Get(place.inode).kind == os::FileKind::kSymlink) {
    return ErrnoError("path", path, ELOOP);
  }
  return place;
}

absl::StatusOr<NamedPlace> Machine::WalkToParent(
    const std::string& path) const {
  ASSIGN_OR_RETURN(Place directory, WalkSome(*this, path, 1));
  if (disk.Get(directory.inode).kind != os::FileKind::kDirectory) {
    return ErrnoError("path", path, ENOTDIR);
  }
  const auto components = Components(path);
  if (components.empty()) return ErrnoError("path", path, EBUSY);
  if (components.back().size() > 255) {
    return ErrnoError("path", path, ENAMETOOLONG);
  }
  return NamedPlace{directory, components.back()};
}

absl::StatusOr<NamedPlace> Machine::WalkToChange(
    const std::string& path) const {
  ASSIGN_OR_RETURN(NamedPlace place, WalkToParent(path));
  // The kernel looks for the name before it asks whether it may write, so
  // that making what exists on a read-only mount is EEXIST.
  if (IsReadOnly(place.directory.mount) &&
      !disk.Find(place.directory.inode, place.name)) {
    return ErrnoError("path", path, EROFS);
  }
  return place;
}

bool Machine::IsReadOnly(int mount) const {
  const Mount& seen = mounts.at(mount);
  return seen.attributes.read_only ||
         file_systems.at(seen.file_system).read_only;
}

bool Machine::IsMountPoint(const Place& place) const {
  for (const auto& [id, mount] : mounts) {
    if (mount.attached && mount.parent == place.mount &&
        mount.at == place.inode) {
      return true;
    }
  }
  return false;
}

os::FileInfo Machine::InfoOf(InodeId id, int mount) const {
  const Inode& inode = disk.Get(id);
  return {.kind = inode.kind,
          .inode = id,
          .size_bytes = inode.live.size,
          .allocated_bytes = AllocatedBytes(inode.live),
          .modified = inode.modified,
          .file_system = file_systems.at(mounts.at(mount).file_system).device,
          .device = inode.device,
          .is_mount_root = mounts.at(mount).root == id};
}

int64_t Machine::RoomInTree(InodeId root) const {
  for (const auto& [id, file_system] : file_systems) {
    if (file_system.root == root) {
      return file_system.total_bytes - disk.UsedBytes(root);
    }
  }
  return 0;
}

}  // namespace holdfast::fakes
