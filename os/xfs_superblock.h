// What of an XFS superblock Holdfast needs and libblkid does not tell (kernel:
// fs/xfs/libxfs/xfs_format.h, struct xfs_dsb).

#ifndef HOLDFAST_OS_XFS_SUPERBLOCK_H_
#define HOLDFAST_OS_XFS_SUPERBLOCK_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace holdfast::os {

// It stands at the beginning of the device.
inline constexpr size_t kXfsSuperblockBytes = 512;

struct XfsSuperblock {
  int64_t size_bytes = 0;  // data blocks times block size
  bool needs_repair = false;
};

// Reads the kXfsSuperblockBytes of one; nothing if they are too few, without
// the magic number, or of an impossible size.
std::optional<XfsSuperblock> ParseXfsSuperblock(absl::string_view bytes);

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_XFS_SUPERBLOCK_H_
