// What a pool asks of the files that hold volumes: clone, size, record,
// durability, and who has them open.

#ifndef HOLDFAST_OS_DATA_FILES_H_
#define HOLDFAST_OS_DATA_FILES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "os/files.h"

namespace holdfast::os {

// How a file's space is allocated, in bytes; zero leaves it to the file system.
struct ExtentHints {
  uint32_t extent_bytes = 0;  // FS_XFLAG_EXTSIZE
  uint32_t cow_bytes = 0;     // FS_XFLAG_COWEXTSIZE (after a clone)
};

// Calls on open descriptors (and, where a record is read, on paths).
// Failures carry the errno. Implementations are thread-safe.
class DataFiles {
 public:
  virtual ~DataFiles() = default;

  // The file behind `to` shares all data of the one behind `from`, as of one
  // instant (FICLONE). EOPNOTSUPP or EXDEV without reflink; EINVAL if a size
  // is not a multiple of the block. `to` takes over the size.
  virtual absl::Status Clone(int to, int from) = 0;
  virtual absl::Status Truncate(int fd, int64_t size_bytes) = 0;
  // Allocates what has no blocks of the first `size_bytes` (fallocate(2)). What
  // is in the file stays. ENOSPC; part of it may be allocated then.
  virtual absl::Status Allocate(int fd, int64_t size_bytes) = 0;
  // And gives it blocks of its own where they are shared with another file
  // (FALLOC_FL_UNSHARE_RANGE): no write there can fail for want of space until
  // a clone is made. Takes as long as shared data is large, and keeps others
  // from reading and writing meanwhile: not for a file in use.
  virtual absl::Status AllocateOwn(int fd, int64_t size_bytes) = 0;
  virtual absl::Status Sync(int fd) = 0;  // fsync(2)
  // FS_IOC_FSSETXATTR; only on an empty file (EINVAL).
  virtual absl::Status SetExtentHints(int fd, const ExtentHints& hints) = 0;

  // Extended attributes; `name` with its namespace ("user.…"). ENODATA if
  // there is none, ENOENT if there is no file.
  virtual absl::Status SetAttribute(int fd, const std::string& name,
                                    const std::string& value) = 0;
  virtual absl::StatusOr<std::string> GetAttribute(const std::string& path,
                                                   const std::string& name) = 0;

  virtual absl::StatusOr<FileInfo> Stat(int fd) = 0;
  // True if the file holds no data extent (SEEK_DATA answers ENXIO).
  virtual absl::StatusOr<bool> IsBlank(int fd) = 0;
  // True if anyone but `fd` (opened for reading and writing) has the file
  // open, a loop device included: asked with a write lease, which is dropped
  // at once (fcntl(2), F_SETLEASE). SIGIO must be blocked in the process.
  virtual absl::StatusOr<bool> IsOpenElsewhere(int fd) = 0;
  // flock(LOCK_EX | LOCK_NB): EWOULDBLOCK if another holds it. Given back when
  // `fd` is closed.
  virtual absl::Status Lock(int fd) = 0;
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_DATA_FILES_H_
