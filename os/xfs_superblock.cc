#include "os/xfs_superblock.h"

#include <limits>

namespace holdfast::os {
namespace {

constexpr size_t kMagic = 0x0;
constexpr size_t kBlockSize = 0x4;
constexpr size_t kDataBlocks = 0x8;
constexpr size_t kVersion = 0x64;
constexpr size_t kFeaturesIncompat = 0xd8;

constexpr uint64_t kMagicValue = 0x58465342;  // "XFSB"
constexpr uint64_t kVersionMask = 0xf;
constexpr uint64_t kVersion5 = 5;  // older ones have no incompat features
constexpr uint64_t kNeedsRepair = 0x10;
constexpr uint64_t kMaxBlockBytes = 65536;

// `bytes` bytes at `offset`, big-endian as all of XFS.
uint64_t ReadBigEndian(absl::string_view data, size_t offset, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) {
    value = value << 8 | static_cast<unsigned char>(data[offset + i]);
  }
  return value;
}

}  // namespace

std::optional<XfsSuperblock> ParseXfsSuperblock(absl::string_view bytes) {
  if (bytes.size() < kXfsSuperblockBytes) return std::nullopt;
  if (ReadBigEndian(bytes, kMagic, 4) != kMagicValue) return std::nullopt;
  const uint64_t block_bytes = ReadBigEndian(bytes, kBlockSize, 4);
  if (block_bytes == 0 || block_bytes > kMaxBlockBytes) return std::nullopt;
  const uint64_t blocks = ReadBigEndian(bytes, kDataBlocks, 8);
  const auto most =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) / block_bytes;
  if (blocks > most) return std::nullopt;
  const bool has_features =
      (ReadBigEndian(bytes, kVersion, 2) & kVersionMask) >= kVersion5;
  const uint64_t incompat = ReadBigEndian(bytes, kFeaturesIncompat, 4);
  return XfsSuperblock{
      .size_bytes = static_cast<int64_t>(blocks * block_bytes),
      .needs_repair = has_features && (incompat & kNeedsRepair) != 0};
}

}  // namespace holdfast::os
