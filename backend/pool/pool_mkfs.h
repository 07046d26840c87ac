// The file system of a new pool.

#ifndef HOLDFAST_BACKEND_POOL_POOL_MKFS_H_
#define HOLDFAST_BACKEND_POOL_POOL_MKFS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "os/command.h"

namespace holdfast::pool {

// mkfs.xfs(8) makes none that is smaller.
inline constexpr int64_t kLeastPoolBytes = int64_t{300} << 20;

// Makes an XFS with reflink on the device or file at `path`, which the caller
// knows to be blank. mkfs itself refuses what has a file system already: it is
// never forced. FAILED_PRECONDITION with its words.
absl::Status MakePoolFileSystem(os::Commands& commands,
                                const std::string& path);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_POOL_MKFS_H_
