#include "tests/fakes/machine.h"

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::fakes {

Machine::Machine() {
  const int root = AddFileSystem({.device = {8, 1},
                                  .type = "ext4",
                                  .root = disk.MakeTree(),
                                  .total_bytes = int64_t{64} << 30,
                                  .total_inodes = 1 << 20});
  AddMount({.file_system = root,
            .root = file_systems[root].root,
            .root_path = "/",
            .attached = true,
            .path = "/",
            .permanent = true});
}

void Machine::Close(int fd) {
  absl::MutexLock lock(&mutex);
  CloseFd(fd);
}

void Machine::CloseFd(int fd) {
  if (fd < first_live_fd_) return;
  auto it = fds.find(fd);
  if (it == fds.end()) {
    violations.push_back(absl::StrCat("descriptor ", fd, " closed twice"));
    return;
  }
  const int open_file = it->second;
  fds.erase(it);
  const OpenFile file = open_files.at(open_file);
  Release(open_file);
  // A detached mount goes with its descriptor (fsmount(2)).
  if (file.is_mount && !mounts.at(file.mount).attached) DropMount(file.mount);
}

UniqueFd Machine::NewFd(const OpenFile& file) {
  const int number = next_number_++;
  open_files[number] = file;
  open_files[number].references = 1;
  disk.Open(file.inode);
  fds[next_fd_] = number;
  return UniqueFd(next_fd_++, this);
}

absl::StatusOr<OpenFile*> Machine::File(int fd) {
  auto it = fds.find(fd);
  if (it == fds.end()) {
    return ErrnoError("descriptor", absl::StrCat(fd), EBADF);
  }
  return &open_files.at(it->second);
}

absl::StatusOr<InodeId> Machine::DataOf(int fd) {
  ASSIGN_OR_RETURN(OpenFile * file, File(fd));
  const auto number = LoopNumber(file->inode);
  if (!number) return file->inode;
  if (!loops[*number]) return ErrnoError("device", absl::StrCat(fd), EIO);
  return BackingInode(*number);
}

void Machine::Release(int open_file) {
  auto it = open_files.find(open_file);
  if (--it->second.references > 0) return;
  const InodeId inode = it->second.inode;
  const auto number = LoopNumber(inode);
  open_files.erase(it);
  disk.Close(inode);
  if (number) ClearLoopIfUnused(*number);
}

void Machine::SyncFile(InodeId id) {
  const InodeId root = disk.Get(id).root;
  const auto is_ext2 = [root](const auto& entry) {
    return entry.second.root == root && entry.second.type == "ext2";
  };
  if (std::any_of(file_systems.begin(), file_systems.end(), is_ext2)) {
    disk.Get(id).durable = disk.Get(id).live;
  } else {
    disk.SyncFile(id);
  }
  PassFlushOn(root);
}

void Machine::SyncDirectory(InodeId id) {
  disk.SyncDirectory(id);
  PassFlushOn(disk.Get(id).root);
}

void Machine::PassFlushOn(InodeId root) {
  for (const auto& [id, file_system] : file_systems) {
    if (file_system.root != root || !file_system.loop) continue;
    if (flushless_loops.contains(*file_system.loop)) return;
    SyncFile(BackingInode(*file_system.loop));
    return;
  }
}

std::optional<int> Machine::LoopNumber(InodeId id) const {
  const Inode& inode = disk.Get(id);
  if (inode.kind != os::FileKind::kBlockDevice ||
      inode.device.major != os::kLoopMajor) {
    return std::nullopt;
  }
  return static_cast<int>(inode.device.minor);
}

void Machine::AddLoop(int number) {
  if (!loops.try_emplace(number).second) return;
  const InodeId dev = Walk("/dev")->inode;
  const InodeId node =
      disk.Make(disk.Get(dev).root, os::FileKind::kBlockDevice);
  disk.Get(node).device = {os::kLoopMajor, static_cast<uint32_t>(number)};
  disk.AddName(dev, absl::StrCat("loop", number), node);
  disk.SyncTree(disk.Get(dev).root);
}

void Machine::RemoveLoop(int number) {
  loops.erase(number);
  discardless_loops.erase(number);
  flushless_loops.erase(number);
  const InodeId dev = Walk("/dev")->inode;
  disk.RemoveName(dev, absl::StrCat("loop", number));
  disk.SyncTree(disk.Get(dev).root);
}

bool Machine::IsLoopClaimed(int number) const {
  return std::any_of(
      file_systems.begin(), file_systems.end(),
      [&](const auto& entry) { return entry.second.loop == number; });
}

bool Machine::IsLoopBusy(int number) const {
  if (IsLoopClaimed(number)) return true;
  return std::any_of(open_files.begin(), open_files.end(),
                     [&](const auto& entry) {
                       return !entry.second.is_mount &&
                              LoopNumber(entry.second.inode) == number;
                     });
}

void Machine::ClearLoopIfUnused(int number) {
  std::optional<Loop>& loop = loops[number];
  if (!loop || !loop->autoclear || IsLoopBusy(number)) return;
  const int open_file = loop->open_file;
  loop.reset();
  Release(open_file);
}

InodeId Machine::BackingInode(int number) const {
  return open_files.at(loops.at(number)->open_file).inode;
}

bool Machine::DropsFlushes(int fd) {
  const auto file = File(fd);
  if (!file.ok()) return false;
  const std::optional<int> loop = LoopNumber((*file)->inode);
  return loop && flushless_loops.contains(*loop);
}

int Machine::AddFileSystem(const FileSystem& file_system) {
  file_systems[next_number_] = file_system;
  return next_number_++;
}

int Machine::AddMount(const Mount& mount) {
  const int id = next_number_++;
  mounts[id] = mount;
  disk.Open(mount.root);
  if (!mount.attached) return id;
  mount_order.push_back(id);
  if (mount.at != 0) disk.Open(mount.at);
  return id;
}

UniqueFd Machine::NewMountFd(const Mount& mount) {
  const int id = AddMount(mount);
  return NewFd({.inode = mount.root, .mount = id, .is_mount = true});
}

bool Machine::IsMountBusy(int id) const {
  const bool is_open =
      std::any_of(open_files.begin(), open_files.end(),
                  [&](const auto& entry) { return entry.second.mount == id; });
  return is_open ||
         std::any_of(mounts.begin(), mounts.end(), [&](const auto& entry) {
           return entry.second.attached && entry.second.parent == id;
         });
}

void Machine::DropMount(int id) {
  const Mount mount = mounts.at(id);
  mounts.erase(id);
  std::erase(mount_order, id);
  disk.Close(mount.root);
  if (mount.at != 0) disk.Close(mount.at);
  const bool shared =
      std::any_of(mounts.begin(), mounts.end(), [&](const auto& entry) {
        return entry.second.file_system == mount.file_system;
      });
  const FileSystem last = file_systems.at(mount.file_system);
  if (shared || !last.loop) return;
  file_systems.erase(mount.file_system);
  if (!last.read_only) {
    disk.SyncTree(last.root);
    disk.Get(BackingInode(*last.loop)).live.needs_recovery = false;
    SyncFile(BackingInode(*last.loop));
  }
  ClearLoopIfUnused(*last.loop);
}

void Machine::RestartProcess() {
  std::vector<int> open;
  for (const auto& [fd, file] : fds) open.push_back(fd);
  for (int fd : open) CloseFd(fd);
  first_live_fd_ = next_fd_;
}

void Machine::PowerCut() {
  first_live_fd_ = next_fd_;
  fds.clear();
  open_files.clear();
  for (auto& [number, loop] : loops) loop.reset();
  std::erase_if(mounts, [](const auto& e) { return !e.second.permanent; });
  std::erase_if(mount_order, [&](int id) { return !mounts.contains(id); });
  std::erase_if(file_systems,
                [](const auto& e) { return e.second.loop.has_value(); });
  disk.PowerCut();
  for (const auto& [id, mount] : mounts) {
    disk.Open(mount.root);
    if (mount.at != 0) disk.Open(mount.at);
  }
}

}  // namespace holdfast::fakes
