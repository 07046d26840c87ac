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

// os/file_systems.h, Grow. A growth is an entry in the log first; the kernel
// writes the superblock itself when it empties the log, within 30 seconds (the
// sysctl fs.xfs.xfssyncd_centisecs). A second growth before that moves the
// superblock to the end of the log, and the log may then begin with blocks that
// the first growth added: its recovery finds them beyond the size that the
// superblock still has and gives up ("daddr out of range", EUCLEAN; every
// second copy on 6.18). So that is not begun: EAGAIN until the superblock on
// the device has the size of the mounted file system. Freezing would empty the
// log at once, but a process that is killed leaves its file system frozen.
absl::Status GrowXfs(const SystemCalls& calls, int fd, int64_t size_bytes);

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_XFS_H_
