#include "tests/fakes/fake_kernel.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/fakes/programs.h"

namespace holdfast::fakes {
namespace {

constexpr int kFirstLoops = 8;  // as CONFIG_BLK_DEV_LOOP_MIN_COUNT makes

[[noreturn]] void Misused(const std::string& what, const absl::Status& status) {
  std::fprintf(stderr, "FakeKernel: %s: %s\n", what.c_str(),
               status.ToString().c_str());
  std::abort();
}

template <typename T>
T Must(absl::StatusOr<T> value, const std::string& what) {
  if (!value.ok()) Misused(what, value.status());
  return *std::move(value);
}

void Collect(const Machine& machine, const Place& place,
             const std::string& path, std::vector<std::string>& into) {
  for (const auto& [name, child] : machine.disk.Get(place.inode).names) {
    const std::string below = absl::StrCat(path, "/", name);
    into.push_back(below);
    const Place found = Must(machine.WalkNoFollow(below), below);
    Collect(machine, found, below, into);
  }
}

}  // namespace

FakeKernel::FakeKernel()
    : files_(machine_),
      data_files_(machine_),
      loops_(machine_),
      mounts_(machine_),
      file_systems_(machine_),
      commands_(machine_) {
  AddPrograms(machine_, formatted_);
  MakeDirectories("/tmp");
  AddDisk("/dev", {.fs_type = "devtmpfs"});
  absl::MutexLock lock(&machine_.mutex);
  for (int i = 0; i < kFirstLoops; ++i) machine_.AddLoop(i);
}

os::Kernel FakeKernel::Kernel() {
  return {.files = std::make_unique<FakeFiles>(machine_),
          .data_files = std::make_unique<FakeDataFiles>(machine_),
          .loops = std::make_unique<FakeLoopDevices>(machine_),
          .mounts = std::make_unique<FakeMounts>(machine_),
          .file_systems = std::make_unique<FakeFileSystems>(machine_),
          .commands = std::make_unique<FakeCommands>(machine_)};
}

void FakeKernel::MakeDirectories(const std::string& path) {
  absl::MutexLock lock(&machine_.mutex);
  Disk& disk = machine_.disk;
  Place place = Must(machine_.Walk("/"), "/");
  std::string so_far;
  for (const auto name : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    absl::StrAppend(&so_far, "/", name);
    if (!disk.Find(place.inode, std::string(name))) {
      disk.AddName(
          place.inode, std::string(name),
          disk.Make(disk.Get(place.inode).root, os::FileKind::kDirectory));
      disk.SyncDirectory(place.inode);
    }
    place = Must(machine_.Walk(so_far), so_far);
  }
}

void FakeKernel::AddDisk(const std::string& path, const DiskOptions& options) {
  MakeDirectories(path);
  absl::MutexLock lock(&machine_.mutex);
  const auto minor = static_cast<uint32_t>(machine_.file_systems.size() + 1);
  const Place place = Must(machine_.Walk(path), path);
  const int id = machine_.AddFileSystem({.device = {8, minor},
                                         .type = options.fs_type,
                                         .root = machine_.disk.MakeTree(),
                                         .total_bytes = options.total_bytes,
                                         .total_inodes = options.total_inodes});
  machine_.AddMount({.file_system = id,
                     .root = machine_.file_systems.at(id).root,
                     .root_path = "/",
                     .attached = true,
                     .parent = place.mount,
                     .at = place.inode,
                     .path = path,
                     .permanent = true});
}

void FakeKernel::AddSymlink(const std::string& path) {
  absl::MutexLock lock(&machine_.mutex);
  const NamedPlace place = Must(machine_.WalkToParent(path), path);
  const InodeId parent = place.directory.inode;
  machine_.disk.AddName(parent, place.name,
                        machine_.disk.Make(machine_.disk.Get(parent).root,
                                           os::FileKind::kSymlink));
  machine_.disk.SyncDirectory(parent);
}

void FakeKernel::SetTotalBytes(const std::string& path, int64_t total_bytes) {
  absl::MutexLock lock(&machine_.mutex);
  const Place place = Must(machine_.Walk(path), path);
  machine_.file_systems.at(machine_.mounts.at(place.mount).file_system)
      .total_bytes = total_bytes;
}

void FakeKernel::SetMaxLoops(int count) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.max_loops = count;
}

void FakeKernel::SetDirectIoWorks(bool works) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.direct_io = works;
}

void FakeKernel::SetCanGrowMountedExt4(bool can) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.can_grow_ext4 = can;
}

void FakeKernel::SetMountsBtrfsClones(bool can) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.btrfs_clones = can;
}

void FakeKernel::SetLeaseLingers(int answers) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.lease_lingers = answers;
}

void FakeKernel::DropFlushes(int loop) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.flushless_loops.insert(loop);
}

bool FakeKernel::PassesFlushesOn(int loop) {
  absl::MutexLock lock(&machine_.mutex);
  return !machine_.flushless_loops.contains(loop);
}

void FakeKernel::SetProgram(const std::string& name, Program program) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.programs[name] = std::move(program);
}

InodeId FakeKernel::DataInode(const Place& place) {
  const auto number = machine_.LoopNumber(place.inode);
  return number ? machine_.BackingInode(*number) : place.inode;
}

bool FakeKernel::WriteRange(const std::string& path, int64_t offset,
                            int64_t length) {
  absl::MutexLock lock(&machine_.mutex);
  const InodeId inode = DataInode(Must(machine_.Walk(path), path));
  return machine_.disk.Write(
      inode, offset, length,
      machine_.RoomInTree(machine_.disk.Get(inode).root));
}

bool FakeKernel::Discard(const std::string& device, int64_t offset,
                         int64_t length) {
  absl::MutexLock lock(&machine_.mutex);
  const auto number =
      machine_.LoopNumber(Must(machine_.Walk(device), device).inode);
  if (!number || machine_.discardless_loops.contains(*number)) return false;
  Punch(machine_.disk.Get(machine_.BackingInode(*number)).live, offset, length);
  return true;
}

void FakeKernel::WipeSuperblock(const std::string& path) {
  absl::MutexLock lock(&machine_.mutex);
  const InodeId inode = DataInode(Must(machine_.Walk(path), path));
  machine_.disk.Get(inode).live.superblock.reset();
}

void FakeKernel::EditSuperblock(const std::string& path,
                                const os::Superblock& to) {
  absl::MutexLock lock(&machine_.mutex);
  const InodeId inode = DataInode(Must(machine_.Walk(path), path));
  machine_.disk.Get(inode).live.superblock = to;
}

void FakeKernel::RestartProcess() {
  calls().ClearFaults();
  absl::MutexLock lock(&machine_.mutex);
  machine_.RestartProcess();
}

void FakeKernel::PowerCut() {
  calls().ClearFaults();
  absl::MutexLock lock(&machine_.mutex);
  machine_.PowerCut();
}

int FakeKernel::OpenFds() {
  absl::MutexLock lock(&machine_.mutex);
  return static_cast<int>(machine_.fds.size());
}

std::vector<int> FakeKernel::AttachedLoops() {
  absl::MutexLock lock(&machine_.mutex);
  std::vector<int> attached;
  for (const auto& [number, loop] : machine_.loops) {
    if (loop) attached.push_back(number);
  }
  return attached;
}

std::vector<std::string> FakeKernel::MountedPaths() {
  absl::MutexLock lock(&machine_.mutex);
  std::vector<std::string> paths;
  for (int id : machine_.mount_order) {
    const Mount& mount = machine_.mounts.at(id);
    if (!mount.permanent) paths.push_back(mount.path);
  }
  return paths;
}

int FakeKernel::DetachedMounts() {
  absl::MutexLock lock(&machine_.mutex);
  return static_cast<int>(
      std::count_if(machine_.mounts.begin(), machine_.mounts.end(),
                    [](const auto& entry) { return !entry.second.attached; }));
}

std::vector<std::string> FakeKernel::PathsUnder(const std::string& path) {
  absl::MutexLock lock(&machine_.mutex);
  std::vector<std::string> paths;
  Collect(machine_, Must(machine_.Walk(path), path), path == "/" ? "" : path,
          paths);
  return paths;
}

std::vector<std::string> FakeKernel::formatted_paths() {
  absl::MutexLock lock(&machine_.mutex);
  return formatted_;
}

std::vector<std::string> FakeKernel::violations() {
  absl::MutexLock lock(&machine_.mutex);
  return machine_.violations;
}

}  // namespace holdfast::fakes
