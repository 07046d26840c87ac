// File systems on block devices: what is on a device, and flushing and growing
// what is mounted.

#ifndef HOLDFAST_OS_FILE_SYSTEMS_H_
#define HOLDFAST_OS_FILE_SYSTEMS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace holdfast::os {

// What a superblock says.
struct Superblock {
  std::string type;  // "ext4", "xfs", …; empty if there is none
  std::string uuid;
  // Bytes the file system takes up; zero if it does not say.
  int64_t size_bytes = 0;
  // It asks to be checked or repaired: it noted errors while mounted (ext3 and
  // ext4: s_state), or a repair was begun and not ended (xfs: needsrepair).
  bool has_errors = false;
};

// Where a descriptor stands for a file system, any file or directory on it will
// do, and so will a mount of its root (os/mounts.h), attached or not. Failures
// carry the errno. Implementations are thread-safe.
class FileSystems {
 public:
  virtual ~FileSystems() = default;

  // Reads the superblock of a device or file (libblkid's low-level probe: no
  // cache, no udev). More than one signature is EUCLEAN. No superblock found
  // does not mean that there is no data: one whose checksum is wrong is not
  // found either, nor is a partition table.
  virtual absl::StatusOr<Superblock> Probe(const std::string& path) = 0;
  // Looks for one type alone: an empty answer if that is not what is there, or
  // its checksum is wrong. Reads its superblock and nothing else, where Probe
  // reads a MiB of the device, for all types there are; another signature
  // beside it is not seen.
  virtual absl::StatusOr<Superblock> ProbeFor(const std::string& path,
                                              const std::string& fs_type) = 0;
  // True if the first and the last `bytes` of a device or file are zeros: what
  // Probe does not find mostly begins or ends with something.
  virtual absl::StatusOr<bool> EndsAreZero(const std::string& path,
                                           int64_t bytes) = 0;
  // Writes out all of the file system that `fd` is on (syncfs(2)).
  virtual absl::Status Sync(int fd) = 0;
  // Grows the mounted file system that `fd` is on to `size_bytes`, the size of
  // its device. ext3 and ext4: EXT4_IOC_RESIZE_FS, EPERM without
  // CAP_SYS_RESOURCE. xfs: XFS_IOC_FSGROWFSDATA; btrfs: BTRFS_IOC_RESIZE;
  // EPERM without CAP_SYS_ADMIN. OK if it has that size; never makes it
  // smaller. EOPNOTSUPP for a type it does not know. An xfs is thawed first,
  // and what it grew is in its superblock at the end: see os/linux_xfs.h.
  virtual absl::Status Grow(int fd, const std::string& fs_type,
                            int64_t size_bytes) = 0;
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_FILE_SYSTEMS_H_
