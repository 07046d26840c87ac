// Growing a mounted XFS so that a power cut, or a copy of its data file, at any
// moment leaves what can be mounted.

#ifndef HOLDFAST_OS_LINUX_XFS_H_
#define HOLDFAST_OS_LINUX_XFS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "os/linux_syscall.h"

namespace holdfast::os {

// The path of the block device that the file system of `fd` is on.
absl::StatusOr<std::string> DevicePathUnder(const SystemCalls& calls, int fd);

// os/file_systems.h, Grow. A growth is an entry in the log first, and the
// superblock itself is written within 30 seconds only (the sysctl
// fs.xfs.xfssyncd_centisecs). The log may then begin with blocks that the
// growth added: its recovery finds them beyond the size that the superblock
// still has and gives up ("daddr out of range", EUCLEAN; before kernel 6.13
// after any growth, on 6.18 after two). So the log is emptied before this
// answers: frozen and thawed at once, for which writers wait.
// A process that is killed in between leaves its file system frozen, so each
// call thaws first, also where there is nothing to grow: whoever grows a
// volume repeats the call until it is answered. A freeze that somebody else
// made ends with that; growing would hang in it.
absl::Status GrowXfs(const SystemCalls& calls, int fd, int64_t size_bytes);

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_XFS_H_
