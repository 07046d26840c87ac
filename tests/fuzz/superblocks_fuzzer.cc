// The superblocks of volumes, which their users may write as they like.

#include "os/btrfs_superblock.h"
#include "os/ext4_superblock.h"
#include "os/xfs_superblock.h"
#include "tests/fuzz/fuzz.h"

HOLDFAST_FUZZ_TARGET(bytes) {
  using namespace holdfast::os;  // NOLINT: three functions of it
  if (const auto ext4 = ParseExt4Superblock(bytes)) {
    FUZZ_CHECK(ext4->size_bytes >= 0 && ext4->size_bytes % 1024 == 0);
  }
  if (const auto xfs = ParseXfsSuperblock(bytes)) {
    FUZZ_CHECK(xfs->size_bytes >= 0);
  }
  if (const auto btrfs = ParseBtrfsSize(bytes)) FUZZ_CHECK(*btrfs >= 0);
}
