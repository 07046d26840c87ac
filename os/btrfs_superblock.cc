#include "os/btrfs_superblock.h"

#include <limits>

namespace holdfast::os {
namespace {

constexpr size_t kMagic = 0x40;
constexpr size_t kTotalBytes = 0x70;
constexpr absl::string_view kMagicText = "_BHRfS_M";

}  // namespace

std::optional<int64_t> ParseBtrfsSize(absl::string_view bytes) {
  if (bytes.size() < kBtrfsSuperblockBytes) return std::nullopt;
  if (bytes.substr(kMagic, kMagicText.size()) != kMagicText) {
    return std::nullopt;
  }
  uint64_t total = 0;  // little-endian as all of btrfs
  for (size_t i = sizeof(total); i > 0; --i) {
    total = total << 8 | static_cast<unsigned char>(bytes[kTotalBytes + i - 1]);
  }
  const auto most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (total > most) return std::nullopt;
  return static_cast<int64_t>(total);
}

}  // namespace holdfast::os
