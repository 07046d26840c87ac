#include <algorithm>
#include <cerrno>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/fakes/views.h"

namespace holdfast::fakes {

using os::FileKind;

namespace {

// Where an ext4 keeps its superblock: what is written over it destroys it.
constexpr int64_t kSuperblockOffset = 1024;

}  // namespace

absl::StatusOr<UniqueFd> FakeFiles::Open(const std::string& path,
                                         os::OpenMode mode) {
  FAKE_CALL("Files.Open", path);
  ASSIGN_OR_RETURN(Place place, machine_.Walk(path));
  const Inode& inode = machine_.disk.Get(place.inode);
  const bool is_directory = inode.kind == FileKind::kDirectory;
  const bool writes = mode == os::OpenMode::kReadWrite;
  if (mode == os::OpenMode::kDirectory && !is_directory) {
    return ErrnoError("open", path, ENOTDIR);
  }
  if (writes && is_directory) return ErrnoError("open", path, EISDIR);
  const auto number = machine_.LoopNumber(place.inode);
  if (number && machine_.mounts.at(place.mount).attributes.nodev) {
    return ErrnoError("open", path, EACCES);
  }
  if (writes && !number && machine_.IsReadOnly(place.mount)) {
    return ErrnoError("open", path, EROFS);
  }
  return machine_.NewFd(
      {.inode = place.inode, .mount = place.mount, .writable = writes});
}

absl::StatusOr<UniqueFd> FakeFiles::Create(const std::string& path) {
  FAKE_CALL("Files.Create", path);
  ASSIGN_OR_RETURN(NamedPlace place, machine_.WalkToChange(path));
  const auto [mount, directory, _] = place.directory;
  if (machine_.disk.Find(directory, place.name)) {
    return ErrnoError("open", path, EEXIST);
  }
  const InodeId inode =
      machine_.disk.Make(machine_.disk.Get(directory).root, FileKind::kRegular);
  machine_.disk.AddName(directory, place.name, inode);
  return machine_.NewFd({.inode = inode, .mount = mount, .writable = true});
}

absl::StatusOr<UniqueFd> FakeFiles::CreateUnnamed(
    const std::string& directory) {
  FAKE_CALL("Files.CreateUnnamed", directory);
  ASSIGN_OR_RETURN(Place place, machine_.Walk(directory));
  const Inode& parent = machine_.disk.Get(place.inode);
  if (parent.kind != FileKind::kDirectory) {
    return ErrnoError("open", directory, ENOTDIR);
  }
  if (machine_.IsReadOnly(place.mount)) {
    return ErrnoError("open", directory, EROFS);
  }
  const InodeId inode = machine_.disk.Make(parent.root, FileKind::kRegular);
  machine_.disk.Get(inode).unnamed = true;
  return machine_.NewFd(
      {.inode = inode, .mount = place.mount, .writable = true});
}

absl::Status FakeFiles::Link(int fd, const std::string& path) {
  FAKE_CALL("Files.Link", path);
  // Through /proc/self/fd, where a closed descriptor has no entry.
  if (!machine_.fds.contains(fd)) return ErrnoError("linkat", path, ENOENT);
  ASSIGN_OR_RETURN(OpenFile * file, machine_.File(fd));
  ASSIGN_OR_RETURN(NamedPlace place, machine_.WalkToChange(path));
  const auto [mount, directory, _] = place.directory;
  if (machine_.disk.Find(directory, place.name)) {
    return ErrnoError("linkat", path, EEXIST);
  }
  if (mount != file->mount) return ErrnoError("linkat", path, EXDEV);
  const Inode& inode = machine_.disk.Get(file->inode);
  if (inode.kind == FileKind::kDirectory) {
    return ErrnoError("linkat", path, EPERM);
  }
  if (inode.links == 0 && !inode.unnamed) {
    return ErrnoError("linkat", path, ENOENT);
  }
  machine_.disk.AddName(directory, place.name, file->inode);
  return absl::OkStatus();
}

absl::Status FakeFiles::Rename(const std::string& from, const std::string& to) {
  FAKE_CALL("Files.Rename", absl::StrCat(from, " ", to));
  ASSIGN_OR_RETURN(NamedPlace source, machine_.WalkToParent(from));
  ASSIGN_OR_RETURN(NamedPlace target, machine_.WalkToParent(to));
  const int mount = source.directory.mount;
  if (mount != target.directory.mount) {
    return ErrnoError("renameat2", from, EXDEV);
  }
  const auto inode = machine_.disk.Find(source.directory.inode, source.name);
  if (machine_.IsReadOnly(mount)) return ErrnoError("renameat2", from, EROFS);
  if (!inode) return ErrnoError("renameat2", from, ENOENT);
  if (machine_.disk.Find(target.directory.inode, target.name)) {
    return ErrnoError("renameat2", to, EEXIST);
  }
  if (machine_.IsMountPoint({mount, *inode, ""})) {
    return ErrnoError("renameat2", from, EBUSY);
  }
  if (absl::StartsWith(to, absl::StrCat(from, "/"))) {
    return ErrnoError("renameat2", from, EINVAL);
  }
  machine_.disk.MoveName({source.directory.inode, source.name},
                         {target.directory.inode, target.name});
  return absl::OkStatus();
}

absl::Status FakeFiles::Replace(const std::string& from,
                                const std::string& to) {
  FAKE_CALL("Files.Replace", absl::StrCat(from, " ", to));
  ASSIGN_OR_RETURN(NamedPlace source, machine_.WalkToParent(from));
  ASSIGN_OR_RETURN(NamedPlace target, machine_.WalkToParent(to));
  const int mount = source.directory.mount;
  if (mount != target.directory.mount) return ErrnoError("rename", from, EXDEV);
  if (machine_.IsReadOnly(mount)) return ErrnoError("rename", from, EROFS);
  const auto moved = machine_.disk.Find(source.directory.inode, source.name);
  if (!moved) return ErrnoError("rename", from, ENOENT);
  const auto gone = machine_.disk.Find(target.directory.inode, target.name);
  // Nothing here replaces directories, nor moves them onto files.
  if (machine_.disk.Get(*moved).kind == FileKind::kDirectory) {
    return ErrnoError("rename", from, gone ? ENOTDIR : ENOSYS);
  }
  if (gone && machine_.disk.Get(*gone).kind == FileKind::kDirectory) {
    return ErrnoError("rename", to, EISDIR);
  }
  if (gone == moved) return absl::OkStatus();
  machine_.disk.MoveName({source.directory.inode, source.name},
                         {target.directory.inode, target.name});
  return absl::OkStatus();
}

namespace {

enum class Removed { kFile, kDirectory };

absl::Status Remove(Machine& machine, const std::string& path, Removed what) {
  const char* call = what == Removed::kFile ? "unlink" : "rmdir";
  ASSIGN_OR_RETURN(NamedPlace place, machine.WalkToParent(path));
  const auto [mount, directory, _] = place.directory;
  if (machine.IsReadOnly(mount)) return ErrnoError(call, path, EROFS);
  const auto id = machine.disk.Find(directory, place.name);
  if (!id) return ErrnoError(call, path, ENOENT);
  if (machine.IsMountPoint({mount, *id, ""})) {
    return ErrnoError(call, path, EBUSY);
  }
  const Inode& inode = machine.disk.Get(*id);
  const bool is_directory = inode.kind == FileKind::kDirectory;
  if (what == Removed::kFile && is_directory) {
    return ErrnoError(call, path, EISDIR);
  }
  if (what == Removed::kDirectory && !is_directory) {
    return ErrnoError(call, path, ENOTDIR);
  }
  if (is_directory && !inode.names.empty()) {
    return ErrnoError(call, path, ENOTEMPTY);
  }
  machine.disk.RemoveName(directory, place.name);
  return absl::OkStatus();
}

}  // namespace

absl::Status FakeFiles::Unlink(const std::string& path) {
  FAKE_CALL("Files.Unlink", path);
  return Remove(machine_, path, Removed::kFile);
}

absl::Status FakeFiles::RemoveDirectory(const std::string& path) {
  FAKE_CALL("Files.RemoveDirectory", path);
  return Remove(machine_, path, Removed::kDirectory);
}

absl::Status FakeFiles::MakeDirectory(const std::string& path) {
  FAKE_CALL("Files.MakeDirectory", path);
  ASSIGN_OR_RETURN(NamedPlace place, machine_.WalkToChange(path));
  const InodeId parent = place.directory.inode;
  if (machine_.disk.Find(parent, place.name)) {
    return ErrnoError("mkdir", path, EEXIST);
  }
  machine_.disk.AddName(
      parent, place.name,
      machine_.disk.Make(machine_.disk.Get(parent).root, FileKind::kDirectory));
  return absl::OkStatus();
}

absl::Status FakeFiles::SyncDirectory(const std::string& directory) {
  FAKE_CALL("Files.SyncDirectory", directory);
  ASSIGN_OR_RETURN(Place place, machine_.Walk(directory));
  if (machine_.disk.Get(place.inode).kind != FileKind::kDirectory) {
    return ErrnoError("open", directory, ENOTDIR);
  }
  machine_.SyncDirectory(place.inode);
  return absl::OkStatus();
}

absl::Status FakeFiles::FreeTakenAhead(const std::string& directory) {
  FAKE_CALL("Files.FreeTakenAhead", directory);
  ASSIGN_OR_RETURN(Place place, machine_.Walk(directory));
  if (machine_.disk.Get(place.inode).kind != FileKind::kDirectory) {
    return ErrnoError("open", directory, ENOTDIR);
  }
  return absl::OkStatus();  // nothing is taken ahead here
}

absl::StatusOr<os::FileInfo> FakeFiles::Stat(const std::string& path) {
  FAKE_CALL("Files.Stat", path);
  ASSIGN_OR_RETURN(Place place, machine_.WalkNoFollow(path));
  return machine_.InfoOf(place.inode, place.mount);
}

absl::StatusOr<os::FileSystemUsage> FakeFiles::StatFileSystem(
    const std::string& path) {
  FAKE_CALL("Files.StatFileSystem", path);
  ASSIGN_OR_RETURN(Place place, machine_.Walk(path));
  const FileSystem& on =
      machine_.file_systems.at(machine_.mounts.at(place.mount).file_system);
  const int64_t used = machine_.disk.UsedBytes(on.root);
  return os::FileSystemUsage{
      .total_bytes = on.total_bytes,
      .available_bytes = std::max<int64_t>(0, on.total_bytes - used),
      .used_bytes = used,
      .total_inodes = on.total_inodes,
      .available_inodes = on.total_inodes - machine_.disk.UsedInodes(on.root),
      .read_only = machine_.IsReadOnly(place.mount),
      .type = on.type};
}

absl::StatusOr<std::vector<std::string>> FakeFiles::List(
    const std::string& directory) {
  FAKE_CALL("Files.List", directory);
  ASSIGN_OR_RETURN(Place place, machine_.Walk(directory));
  const Inode& inode = machine_.disk.Get(place.inode);
  if (inode.kind != FileKind::kDirectory) {
    return ErrnoError("open", directory, ENOTDIR);
  }
  std::vector<std::string> names;
  for (const auto& [name, child] : inode.names) names.push_back(name);
  return names;
}

absl::StatusOr<std::string> FakeFiles::ReadFile(const std::string& path) {
  FAKE_CALL("Files.ReadFile", path);
  ASSIGN_OR_RETURN(Place place, machine_.Walk(path));
  if (machine_.disk.Get(place.inode).kind == FileKind::kDirectory) {
    return ErrnoError("read", path, EISDIR);
  }
  const auto number = machine_.LoopNumber(place.inode);
  if (!number) return machine_.disk.Get(place.inode).live.text;
  if (!machine_.loops.at(*number)) return std::string();
  return machine_.disk.Get(machine_.BackingInode(*number)).live.text;
}

absl::Status FakeFiles::WriteAll(int fd, const std::string& data) {
  FAKE_CALL("Files.WriteAll", absl::StrCat(fd));
  ASSIGN_OR_RETURN(OpenFile * file, machine_.File(fd));
  if (!file->writable) return ErrnoError("write", absl::StrCat(fd), EBADF);
  ASSIGN_OR_RETURN(InodeId inode, machine_.DataOf(fd));
  const auto number = machine_.LoopNumber(file->inode);
  if (number &&
      machine_.loops[*number]->config.mode == os::LoopMode::kReadOnly) {
    return ErrnoError("write", absl::StrCat(fd), EPERM);
  }
  const auto length = static_cast<int64_t>(data.size());
  const int64_t room = machine_.RoomInTree(machine_.disk.Get(inode).root);
  if (!machine_.disk.Write(inode, 0, length, room)) {
    return ErrnoError("write", absl::StrCat(fd), ENOSPC);
  }
  Data& written = machine_.disk.Get(inode).live;
  if (length > kSuperblockOffset) written.superblock.reset();
  std::string& text = written.text;
  text.replace(0, std::min(text.size(), data.size()), data);
  return absl::OkStatus();
}

}  // namespace holdfast::fakes
