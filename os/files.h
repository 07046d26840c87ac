// Names in a file system: open, link, rename, remove, look.

#ifndef HOLDFAST_OS_FILES_H_
#define HOLDFAST_OS_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/unique_fd.h"

namespace holdfast::os {

enum class FileKind { kRegular, kDirectory, kSymlink, kBlockDevice, kOther };

// A device number as statx(2) and mountinfo give it.
struct DeviceNumber {
  uint32_t major = 0;
  uint32_t minor = 0;
  friend bool operator==(const DeviceNumber&, const DeviceNumber&) = default;
};

// What statx(2) says. A symlink is never followed.
struct FileInfo {
  FileKind kind = FileKind::kOther;
  uint64_t inode = 0;
  int64_t size_bytes = 0;
  int64_t allocated_bytes = 0;
  absl::Time modified;
  // Of the file system that the file is on. For a mount of a block device it
  // is the device; of a btrfs, which has numbers of its own, only where it is
  // mounted (is_mount_root).
  DeviceNumber file_system;
  // What a device node stands for; zero for everything else.
  DeviceNumber device;
  // True if the path is where something is mounted (STATX_ATTR_MOUNT_ROOT,
  // kernel 5.8): a directory or, for a bound device node, a file.
  bool is_mount_root = false;
};

// What statfs(2) says.
struct FileSystemUsage {
  int64_t total_bytes = 0;
  int64_t available_bytes = 0;  // to unprivileged writers
  int64_t used_bytes = 0;
  int64_t total_inodes = 0;
  int64_t available_inodes = 0;
  bool read_only = false;
  std::string type;  // "xfs", "ext4", "btrfs", or the magic in hex
};

enum class OpenMode { kReadOnly, kReadWrite, kDirectory };

// Every descriptor is close-on-exec. Paths are absolute; the last component is
// never followed if it is a symlink (O_NOFOLLOW; ELOOP). Failures carry the
// errno (base/status.h). Implementations are thread-safe.
class Files {
 public:
  virtual ~Files() = default;

  virtual absl::StatusOr<UniqueFd> Open(const std::string& path,
                                        OpenMode mode) = 0;
  // A new empty file open for reading and writing, 0600; EEXIST.
  virtual absl::StatusOr<UniqueFd> Create(const std::string& path) = 0;
  // An unnamed file in `directory` (O_TMPFILE), open for reading and writing:
  // gone when closed unless Link gave it a name.
  virtual absl::StatusOr<UniqueFd> CreateUnnamed(
      const std::string& directory) = 0;
  // Gives the file behind `fd` the name `path` (linkat); EEXIST.
  virtual absl::Status Link(int fd, const std::string& path) = 0;
  // renameat2(RENAME_NOREPLACE): EEXIST if `to` exists, ENOENT if `from`
  // does not.
  virtual absl::Status Rename(const std::string& from,
                              const std::string& to) = 0;
  // rename(2): a file at `to` is replaced in one step, also across a power
  // cut, and lives on for whoever has it open. EISDIR if `to` is a directory
  // and `from` is none, ENOENT if `from` does not exist.
  virtual absl::Status Replace(const std::string& from,
                               const std::string& to) = 0;
  virtual absl::Status Unlink(const std::string& path) = 0;
  // Mode 0750, as the kubelet makes its own; EEXIST.
  virtual absl::Status MakeDirectory(const std::string& path) = 0;
  virtual absl::Status RemoveDirectory(const std::string& path) = 0;
  // Makes what was done to names in `directory` durable.
  virtual absl::Status SyncDirectory(const std::string& directory) = 0;
  // Frees what the file system that `directory` is on took ahead of writes and
  // nobody has written, also of files that are open, except while they are
  // written to; and waits for the space of files that were unlinked
  // (syncfs(2), XFS_IOC_FREE_EOFBLOCKS with XFS_EOF_FLAGS_SYNC: from kernel
  // 6.12 on, XFS does neither by itself for a file that is open for writing).
  // Writes out what is dirty, so not for the hot path. OK where the file system
  // knows no such call.
  virtual absl::Status FreeTakenAhead(const std::string& directory) = 0;

  // ENOENT, ENOTDIR if there is nothing at `path`.
  virtual absl::StatusOr<FileInfo> Stat(const std::string& path) = 0;
  virtual absl::StatusOr<FileSystemUsage> StatFileSystem(
      const std::string& path) = 0;
  // The names in `directory` without "." and "..", in byte order.
  virtual absl::StatusOr<std::vector<std::string>> List(
      const std::string& directory) = 0;

  // A small file as a whole.
  virtual absl::StatusOr<std::string> ReadFile(const std::string& path) = 0;
  // Writes all of `data` at the beginning of the file behind `fd`.
  virtual absl::Status WriteAll(int fd, const std::string& data) = 0;
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_FILES_H_
