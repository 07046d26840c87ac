// What of a btrfs superblock Holdfast needs and libblkid does not tell
// (kernel: include/uapi/linux/btrfs_tree.h, struct btrfs_super_block).

#ifndef HOLDFAST_OS_BTRFS_SUPERBLOCK_H_
#define HOLDFAST_OS_BTRFS_SUPERBLOCK_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace holdfast::os {

// Where the first one stands on the device, and how much of it is read.
inline constexpr int64_t kBtrfsSuperblockOffset = 64 * 1024;
inline constexpr size_t kBtrfsSuperblockBytes = 512;

// Bytes of all devices of the file system; nothing if the bytes are too few,
// without the magic, or of an impossible size.
std::optional<int64_t> ParseBtrfsSize(absl::string_view bytes);

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_BTRFS_SUPERBLOCK_H_
