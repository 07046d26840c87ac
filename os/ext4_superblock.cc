#include "os/ext4_superblock.h"

#include <limits>

namespace holdfast::os {
namespace {

constexpr size_t kBlocksCountLow = 0x4;
constexpr size_t kLogBlockSize = 0x18;
constexpr size_t kMagic = 0x38;
constexpr size_t kState = 0x3a;
constexpr size_t kFeatureIncompat = 0x60;
constexpr size_t kBlocksCountHigh = 0x150;

constexpr uint64_t kMagicValue = 0xef53;
constexpr uint64_t kStateErrors = 0x2;
constexpr uint64_t kIncompat64Bit = 0x80;
constexpr uint64_t kMaxLogBlockSize = 6;  // 64 KiB

// `bytes` bytes at `offset`, little-endian as all of ext4.
uint64_t ReadLittleEndian(absl::string_view data, size_t offset, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = bytes; i > 0; --i) {
    value = value << 8 | static_cast<unsigned char>(data[offset + i - 1]);
  }
  return value;
}

}  // namespace

std::optional<Ext4Superblock> ParseExt4Superblock(absl::string_view bytes) {
  if (bytes.size() < kExt4SuperblockBytes) return std::nullopt;
  if (ReadLittleEndian(bytes, kMagic, 2) != kMagicValue) return std::nullopt;
  const uint64_t log_block_size = ReadLittleEndian(bytes, kLogBlockSize, 4);
  if (log_block_size > kMaxLogBlockSize) return std::nullopt;
  uint64_t blocks = ReadLittleEndian(bytes, kBlocksCountLow, 4);
  if ((ReadLittleEndian(bytes, kFeatureIncompat, 4) & kIncompat64Bit) != 0) {
    blocks |= ReadLittleEndian(bytes, kBlocksCountHigh, 4) << 32;
  }
  const uint64_t shift = 10 + log_block_size;
  const auto most =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) >> shift;
  if (blocks > most) return std::nullopt;
  return Ext4Superblock{
      .size_bytes = static_cast<int64_t>(blocks << shift),
      .has_errors = (ReadLittleEndian(bytes, kState, 2) & kStateErrors) != 0,
  };
}

}  // namespace holdfast::os
