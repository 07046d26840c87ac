#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/fakes/views.h"

namespace holdfast::fakes {
namespace {

absl::StatusOr<FileSystem*> FileSystemOf(Machine& machine, int fd) {
  ASSIGN_OR_RETURN(OpenFile * file, machine.File(fd));
  return &machine.file_systems.at(machine.mounts.at(file->mount).file_system);
}

// What is in a file, or on a device.
Data ContentOf(Machine& machine, InodeId inode) {
  const auto number = machine.LoopNumber(inode);
  if (!number) return machine.disk.Get(inode).live;
  if (!machine.loops.at(*number)) return Data();
  return machine.disk.Get(machine.BackingInode(*number)).live;
}

bool IsReadOnlyMount(Machine& machine, int fd) {
  const int mount = machine.open_files.at(machine.fds.at(fd)).mount;
  return machine.mounts.at(mount).attributes.read_only;
}

absl::Status GrowError(const std::string& type, int error) {
  return ErrnoError("resize", type, error);
}

}  // namespace

absl::StatusOr<os::Superblock> FakeFileSystems::Probe(const std::string& path) {
  FAKE_CALL("FileSystems.Probe", path);
  ASSIGN_OR_RETURN(Place place, machine_.Walk(path));
  return ContentOf(machine_, place.inode).superblock.value_or(os::Superblock{});
}

absl::StatusOr<os::Superblock> FakeFileSystems::ProbeFor(
    const std::string& path, const std::string& fs_type) {
  FAKE_CALL("FileSystems.ProbeFor", absl::StrCat(path, " ", fs_type));
  ASSIGN_OR_RETURN(Place place, machine_.Walk(path));
  const auto found = ContentOf(machine_, place.inode).superblock;
  return found && found->type == fs_type ? *found : os::Superblock{};
}

// Of what is in a file, the fake knows a short text at its beginning and that
// there is a file system; which of its blocks are zeros it does not.
absl::StatusOr<bool> FakeFileSystems::EndsAreZero(const std::string& path,
                                                  int64_t bytes) {
  FAKE_CALL("FileSystems.EndsAreZero", absl::StrCat(path, " ", bytes));
  ASSIGN_OR_RETURN(Place place, machine_.Walk(path));
  const Data data = ContentOf(machine_, place.inode);
  const std::string& text = data.text;
  const auto length = static_cast<size_t>(bytes);
  const auto end = static_cast<size_t>(std::max<int64_t>(0, data.size - bytes));
  return !data.superblock && text.find_first_not_of('\0') >= length &&
         text.find_first_not_of('\0', end) == std::string::npos;
}

absl::Status FakeFileSystems::Sync(int fd) {
  FAKE_CALL("FileSystems.Sync", absl::StrCat(fd));
  ASSIGN_OR_RETURN(FileSystem * on, FileSystemOf(machine_, fd));
  machine_.disk.SyncTree(on->root);
  machine_.PassFlushOn(on->root);
  return absl::OkStatus();
}

absl::Status FakeFileSystems::Grow(int fd, const std::string& fs_type,
                                   int64_t size_bytes) {
  FAKE_CALL("FileSystems.Grow", absl::StrCat(fd, " ", size_bytes));
  ASSIGN_OR_RETURN(FileSystem * on, FileSystemOf(machine_, fd));
  const bool is_ext = fs_type == "ext4" || fs_type == "ext3";
  if (!is_ext && fs_type != "xfs" && fs_type != "btrfs") {
    return GrowError(fs_type, EOPNOTSUPP);
  }
  if (!on->loop || on->type != fs_type) return GrowError(fs_type, ENOTTY);
  Data& data = machine_.disk.Get(machine_.BackingInode(*on->loop)).live;
  if (data.superblock->size_bytes == size_bytes) return absl::OkStatus();
  if (is_ext && !machine_.can_grow_ext4) {
    return GrowError(fs_type, EPERM);
  }
  if (on->read_only || IsReadOnlyMount(machine_, fd)) {
    return GrowError(fs_type, EROFS);
  }
  if (size_bytes > machine_.loops.at(*on->loop)->size ||
      size_bytes < data.superblock->size_bytes) {
    return GrowError(fs_type, EINVAL);
  }
  data.superblock->size_bytes = size_bytes;
  on->total_bytes = size_bytes;
  return absl::OkStatus();
}

}  // namespace holdfast::fakes
