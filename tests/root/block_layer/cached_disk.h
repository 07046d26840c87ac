// A disk with a write cache that a test can cut the power of.
//
// The pool's loop device normally stands on a plain file, which keeps every
// write in the order of its arrival. A real disk does not: between two flushes
// it writes what it has in its cache in any order, and at a power cut loses any
// of it. This is such a disk: a file system of one file (FUSE, in a process of
// its own), on which a loop device is attached with direct I/O. It sees every
// write, discard and flush that the loop device is given.
//
// Flushes: Linux has the block layer turn a write with FUA into the write and a
// flush after it if the device does not do FUA, and one with PREFLUSH into a
// flush and the write. The loop device is of that kind (seen on 6.18:
// /sys/block/loopN/queue/{write_cache,fua} say "write back" and 0), and makes
// of a flush an fsync of its file. So what is to survive ends in an fsync here,
// and nothing else makes a write durable.

#ifndef HOLDFAST_TESTS_ROOT_BLOCK_LAYER_CACHED_DISK_H_
#define HOLDFAST_TESTS_ROOT_BLOCK_LAYER_CACHED_DISK_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/root/block_layer/write_cache.h"
#include "tests/root/fixture/process.h"

namespace holdfast::root {

// Thread-safe but for Start, Stop and Kill. When destroyed the process is
// killed: whoever uses the disk then gets errors. The mount is left to
// Scratch.
class CachedDisk {
 public:
  // `medium` is a file of the size of the disk on an XFS with reflink, which
  // nobody else writes to. `mount_point` is made. Both in one Scratch, which
  // ends the process whatever happens to the test.
  static absl::StatusOr<CachedDisk> Start(const std::string& medium,
                                          const std::string& mount_point);

  // What a loop device is to be attached to.
  std::string file() const;

  // Makes the file `image`, on the file system of the medium: what would be on
  // it if the power failed at the moment of `spec`, for which it waits.
  absl::Status Cut(const CutSpec& spec, const std::string& image);

  absl::StatusOr<CacheCounts> Counts() const;

  // Unmounts it, and waits for the end of its process. What is cached is lost.
  absl::Status Stop();
  void Kill() { process_.Kill(); }
  pid_t pid() const { return process_.pid(); }

 private:
  CachedDisk(std::string mount_point, Process process)
      : mount_point_(std::move(mount_point)), process_(std::move(process)) {}

  std::string mount_point_;
  Process process_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_BLOCK_LAYER_CACHED_DISK_H_
