// What of an ext2, ext3 or ext4 superblock Holdfast needs and libblkid does
// not tell (kernel: Documentation/filesystems/ext4/super.rst).

#ifndef HOLDFAST_OS_EXT4_SUPERBLOCK_H_
#define HOLDFAST_OS_EXT4_SUPERBLOCK_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace holdfast::os {

// Where it stands on the device, and its length, in bytes.
inline constexpr int64_t kExt4SuperblockOffset = 1024;
inline constexpr size_t kExt4SuperblockBytes = 1024;

struct Ext4Superblock {
  int64_t size_bytes = 0;  // blocks times block size
  bool has_errors = false;
};

// Reads the kExt4SuperblockBytes of one; nothing if they are too few, without
// the magic number, or of an impossible size.
std::optional<Ext4Superblock> ParseExt4Superblock(absl::string_view bytes);

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_EXT4_SUPERBLOCK_H_
