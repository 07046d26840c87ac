// The state behind the fakes: disk, descriptors, mounts, loop devices.

#ifndef HOLDFAST_TESTS_FAKES_MACHINE_H_
#define HOLDFAST_TESTS_FAKES_MACHINE_H_

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/unique_fd.h"
#include "os/command.h"
#include "os/loop.h"
#include "os/mounts.h"
#include "tests/fakes/calls.h"
#include "tests/fakes/disk.h"

namespace holdfast::fakes {

// An open file description (open(2)): a descriptor refers to one, and a loop
// device keeps the one it was given.
struct OpenFile {
  InodeId inode = 0;
  int mount = 0;
  bool writable = false;
  bool is_mount = false;  // from MountDevice or CloneMount
  bool locked = false;    // flock(2)
  int references = 0;
};

// A mounted superblock.
struct FileSystem {
  os::DeviceNumber device;
  std::string type;
  InodeId root = 0;
  bool read_only = false;
  std::string context;  // SELinux: the mount option of that name
  // What it is on: a loop device, or a disk that always was there.
  std::optional<int> loop;
  int64_t total_bytes = 0;
  int64_t total_inodes = 0;
};

struct Mount {
  int file_system = 0;
  InodeId root = 0;
  std::string root_path;  // within its file system: "/", "/loop7"
  os::MountAttributes attributes;
  // Where it is, once attached; zero for the root of all.
  bool attached = false;
  int parent = 0;
  InodeId at = 0;
  std::string path;
  bool permanent = false;  // set up by the test: there again after a reboot
};

struct Loop {
  int open_file = 0;
  os::LoopConfig config;
  int64_t size = 0;
  bool autoclear = false;
};

// Where a path leads: an inode seen through a mount.
struct Place {
  int mount = 0;
  InodeId inode = 0;
  std::string path;  // within the mount's file system
};

struct NamedPlace {
  Place directory;
  std::string name;
};

using Program = std::function<absl::StatusOr<os::CommandResult>(
    const std::vector<std::string>& argv)>;

// Everything public and under one mutex, taken by Entry (fake_kernel.h's views
// use nothing else). Methods expect it held; errors carry the errno under the
// name of the system call that would give it.
class Machine : public FdCloser {
 public:
  Machine();

  // FdCloser; takes the mutex itself.
  void Close(int fd) override;
  void CloseFd(int fd);

  // --- paths (walk.cc)
  // Mounts are followed, symlinks never are (ELOOP; the last component of
  // WalkNoFollow is answered as it is).
  absl::StatusOr<Place> Walk(const std::string& path) const;
  absl::StatusOr<Place> WalkNoFollow(const std::string& path) const;
  // The directory of the last component, which need not exist.
  absl::StatusOr<NamedPlace> WalkToParent(const std::string& path) const;
  // Like WalkToParent, for changing names: EROFS.
  absl::StatusOr<NamedPlace> WalkToChange(const std::string& path) const;
  bool IsReadOnly(int mount) const;
  bool IsMountPoint(const Place& place) const;
  os::FileInfo InfoOf(InodeId inode, int mount) const;
  // Bytes left on the file system that has this root directory.
  int64_t RoomInTree(InodeId root) const;

  // --- descriptors
  UniqueFd NewFd(const OpenFile& file);
  absl::StatusOr<OpenFile*> File(int fd);
  // The regular file behind a descriptor; of a loop device, its backing file.
  absl::StatusOr<InodeId> DataOf(int fd);
  void Release(int open_file);

  // --- durability: the disk's rules, and the loop driver's: a flush of the
  // device is an fsync of its file, and an fsync of a file on it flushes it.
  void SyncFile(InodeId id);
  void SyncDirectory(InodeId id);
  void PassFlushOn(InodeId root);

  // --- loop devices
  // The number that a path stands for, if it is a loop device's node.
  std::optional<int> LoopNumber(InodeId inode) const;
  void AddLoop(int number);
  void RemoveLoop(int number);
  bool IsLoopBusy(int number) const;
  bool IsLoopClaimed(int number) const;
  void ClearLoopIfUnused(int number);
  InodeId BackingInode(int number) const;
  // True if the descriptor is of a loop device that is "write through".
  bool DropsFlushes(int fd);

  // --- mounts
  int AddFileSystem(const FileSystem& file_system);
  int AddMount(const Mount& mount);
  UniqueFd NewMountFd(const Mount& mount);
  bool IsMountBusy(int mount) const;
  void DropMount(int mount);

  void PowerCut();
  void RestartProcess();

  absl::Mutex mutex;
  Calls calls;
  Disk disk;
  std::map<int, OpenFile> open_files;  // by number of the description
  std::map<int, int> fds;              // descriptor → description
  std::map<int, FileSystem> file_systems;
  std::map<int, Mount> mounts;
  std::vector<int> mount_order;
  std::map<int, std::optional<Loop>> loops;
  std::set<int> discardless_loops;  // whose limit of discards is zero
  std::set<int> flushless_loops;    // "write through"; kept across a detach
  std::map<std::string, Program> programs;
  std::vector<std::string> violations;

  // What this machine can do; set by tests.
  int max_loops = 256;
  bool direct_io = true;
  bool can_grow_ext4 = true;
  // Clones of one btrfs can be mounted side by side (kernel 6.7).
  bool btrfs_clones = true;
  int lease_lingers = 0;
  std::set<std::string> option_names = {
      "barrier",    "commit",           "context",  "data",      "discard",
      "errors",     "journal_checksum", "lazytime", "nodiscard", "noload",
      "norecovery", "nouuid",           "resuid"};

 private:
  int next_number_ = 1;
  int next_fd_ = 1000000;
  int first_live_fd_ = 1000000;  // older ones went with their process
};

// The beginning of every call: runs hooks and faults, then holds the mutex.
class Entry {
 public:
  Entry(Machine& machine, const char* name, const std::string& argument)
      : status_(machine.calls.Enter({name, argument})), lock_(&machine.mutex) {}
  const absl::Status& status() const { return status_; }

 private:
  absl::Status status_;
  absl::MutexLock lock_;
};

// Starts a call in a method of a view, which has a `machine_`.
#define FAKE_CALL(name, argument)             \
  Entry fake_entry(machine_, name, argument); \
  RETURN_IF_ERROR(fake_entry.status())

}  // namespace holdfast::fakes

#endif  // HOLDFAST_TESTS_FAKES_MACHINE_H_
