#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/fakes/views.h"

namespace holdfast::fakes {
namespace {

// A page of XATTR_SIZE_MAX (linux/limits.h).
constexpr size_t kMaxAttributeBytes = 65536;

std::string Name(int fd) { return absl::StrCat("descriptor ", fd); }

// The open regular file, writable.
absl::StatusOr<Inode*> Writable(Machine& machine, int fd, const char* call) {
  ASSIGN_OR_RETURN(OpenFile * file, machine.File(fd));
  Inode& inode = machine.disk.Get(file->inode);
  if (!file->writable) {
    // ftruncate(2) says EINVAL where the others say EBADF.
    const bool truncates = std::string(call) == "ftruncate";
    return ErrnoError(call, Name(fd), truncates ? EINVAL : EBADF);
  }
  if (inode.kind != os::FileKind::kRegular) {
    return ErrnoError(call, Name(fd), EINVAL);
  }
  return &inode;
}

bool KnowsReflinks(Machine& machine, const OpenFile& file) {
  const std::string& type =
      machine.file_systems.at(machine.mounts.at(file.mount).file_system).type;
  return type == "xfs" || type == "btrfs";
}

// What is shared becomes its own too, which nobody can tell from outside.
absl::Status GiveBlocks(Machine& machine, int fd, int64_t size_bytes) {
  ASSIGN_OR_RETURN(Inode * inode, Writable(machine, fd, "fallocate"));
  if (size_bytes <= 0) return ErrnoError("fallocate", Name(fd), EINVAL);
  const InodeId id = machine.open_files.at(machine.fds.at(fd)).inode;
  if (machine.disk.AllocateOwn(id, size_bytes,
                               machine.RoomInTree(inode->root))) {
    return absl::OkStatus();
  }
  return ErrnoError("fallocate", Name(fd), ENOSPC);
}

}  // namespace

absl::Status FakeDataFiles::Clone(int to, int from) {
  FAKE_CALL("DataFiles.Clone", absl::StrCat(to, " ", from));
  ASSIGN_OR_RETURN(OpenFile * source, machine_.File(from));
  ASSIGN_OR_RETURN(Inode * target, Writable(machine_, to, "FICLONE"));
  const Inode& origin = machine_.disk.Get(source->inode);
  if (origin.root != target->root)
    return ErrnoError("FICLONE", Name(to), EXDEV);
  if (!KnowsReflinks(machine_, *source)) {
    return ErrnoError("FICLONE", Name(to), EOPNOTSUPP);
  }
  Data clone = origin.live;
  clone.attributes = target->live.attributes;
  clone.hints = target->live.hints;
  clone.size = std::max(origin.live.size, target->live.size);
  // What a mounted file system has not written out is not on its device.
  if (clone.tree != 0) clone.tree = machine_.disk.CopyTree(clone.tree);
  target->live = clone;
  target->modified = absl::Now();
  return absl::OkStatus();
}

absl::Status FakeDataFiles::Truncate(int fd, int64_t size_bytes) {
  FAKE_CALL("DataFiles.Truncate", absl::StrCat(fd, " ", size_bytes));
  ASSIGN_OR_RETURN(Inode * inode, Writable(machine_, fd, "ftruncate"));
  if (size_bytes < 0) return ErrnoError("ftruncate", Name(fd), EINVAL);
  if (size_bytes == inode->live.size) return absl::OkStatus();
  Resize(inode->live, size_bytes);
  inode->modified = absl::Now();
  return absl::OkStatus();
}

absl::Status FakeDataFiles::Allocate(int fd, int64_t size_bytes) {
  FAKE_CALL("DataFiles.Allocate", absl::StrCat(fd, " ", size_bytes));
  return GiveBlocks(machine_, fd, size_bytes);
}

absl::Status FakeDataFiles::AllocateOwn(int fd, int64_t size_bytes) {
  FAKE_CALL("DataFiles.AllocateOwn", absl::StrCat(fd, " ", size_bytes));
  return GiveBlocks(machine_, fd, size_bytes);
}

absl::Status FakeDataFiles::Sync(int fd) {
  FAKE_CALL("DataFiles.Sync", absl::StrCat(fd));
  ASSIGN_OR_RETURN(InodeId id, machine_.DataOf(fd));
  if (machine_.DropsFlushes(fd)) return absl::OkStatus();
  if (machine_.disk.Get(id).kind == os::FileKind::kDirectory) {
    machine_.SyncDirectory(id);
  } else {
    machine_.SyncFile(id);
  }
  return absl::OkStatus();
}

absl::Status FakeDataFiles::SetExtentHints(int fd,
                                           const os::ExtentHints& hints) {
  FAKE_CALL("DataFiles.SetExtentHints", absl::StrCat(fd));
  ASSIGN_OR_RETURN(Inode * inode, Writable(machine_, fd, "FS_IOC_FSSETXATTR"));
  const bool has_data = !inode->live.extents.empty();
  if ((has_data && hints.extent_bytes != 0) ||
      hints.extent_bytes % kBlockBytes != 0 ||
      hints.cow_bytes % kBlockBytes != 0) {
    return ErrnoError("FS_IOC_FSSETXATTR", Name(fd), EINVAL);
  }
  inode->live.hints = hints;
  return absl::OkStatus();
}

absl::Status FakeDataFiles::SetAttribute(int fd, const std::string& name,
                                         const std::string& value) {
  FAKE_CALL("DataFiles.SetAttribute", absl::StrCat(fd, " ", name));
  ASSIGN_OR_RETURN(OpenFile * file, machine_.File(fd));
  if (machine_.IsReadOnly(file->mount)) {
    return ErrnoError("fsetxattr", name, EROFS);
  }
  if (value.size() > kMaxAttributeBytes) {
    return ErrnoError("fsetxattr", name, E2BIG);
  }
  machine_.disk.Get(file->inode).live.attributes[name] = value;
  return absl::OkStatus();
}

absl::StatusOr<std::string> FakeDataFiles::GetAttribute(
    const std::string& path, const std::string& name) {
  FAKE_CALL("DataFiles.GetAttribute", path);
  ASSIGN_OR_RETURN(Place place, machine_.WalkNoFollow(path));
  const auto& attributes = machine_.disk.Get(place.inode).live.attributes;
  auto it = attributes.find(name);
  if (it == attributes.end()) return ErrnoError("getxattr", path, ENODATA);
  return it->second;
}

absl::StatusOr<os::FileInfo> FakeDataFiles::Stat(int fd) {
  FAKE_CALL("DataFiles.Stat", absl::StrCat(fd));
  ASSIGN_OR_RETURN(OpenFile * file, machine_.File(fd));
  return machine_.InfoOf(file->inode, file->mount);
}

absl::StatusOr<bool> FakeDataFiles::IsBlank(int fd) {
  FAKE_CALL("DataFiles.IsBlank", absl::StrCat(fd));
  ASSIGN_OR_RETURN(OpenFile * file, machine_.File(fd));
  return fakes::IsBlank(machine_.disk.Get(file->inode).live);
}

// A lease is asked of an open file description: a loop device that was given
// this very descriptor holds the same one and is not seen. Only another open
// of the file is (fs/locks.c: readers and writers are counted by opens).
absl::StatusOr<bool> FakeDataFiles::IsOpenElsewhere(int fd) {
  FAKE_CALL("DataFiles.IsOpenElsewhere", absl::StrCat(fd));
  ASSIGN_OR_RETURN(OpenFile * file, machine_.File(fd));
  if (machine_.disk.Get(file->inode).kind != os::FileKind::kRegular) {
    return ErrnoError("F_SETLEASE", Name(fd), EINVAL);
  }
  if (machine_.lease_lingers > 0) {
    --machine_.lease_lingers;
    return true;
  }
  return std::any_of(machine_.open_files.begin(), machine_.open_files.end(),
                     [&](const auto& entry) {
                       return &entry.second != file && !entry.second.is_mount &&
                              entry.second.inode == file->inode;
                     });
}

absl::Status FakeDataFiles::Lock(int fd) {
  FAKE_CALL("DataFiles.Lock", absl::StrCat(fd));
  ASSIGN_OR_RETURN(OpenFile * file, machine_.File(fd));
  for (const auto& [number, other] : machine_.open_files) {
    if (other.locked && other.inode == file->inode && &other != file) {
      return ErrnoError("flock", Name(fd), EWOULDBLOCK);
    }
  }
  file->locked = true;
  return absl::OkStatus();
}

}  // namespace holdfast::fakes
