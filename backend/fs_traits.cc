#include "backend/fs_traits.h"

#include <algorithm>

namespace holdfast::backend {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;
// The largest block of ext4, xfs and btrfs as they are made here.
constexpr int64_t kBlockBytes = 4096;
// The smallest allocation group of an XFS: XFS_MIN_AG_BLOCKS, 64 blocks.
constexpr int64_t kSmallestGroupBytes = 64 * kBlockBytes;

// Minimum sizes: ext4, room for a journal of 4 MiB and for data beside it
// (mke2fs makes smaller ones only without a journal); xfs, what its mkfs asks
// for since xfsprogs 5.19; btrfs, what the kernel resizes none to less than
// (fs/btrfs/ioctl.c, btrfs_ioctl_resize; its mkfs makes smaller ones, which
// then could not grow).
FsTraits Ext(const std::string& name) {
  return {.name = name,
          .minimum_bytes = 16 * kMiB,
          .preen = {"e2fsck", "-p"},
          .grow = {"resize2fs"},
          .repair = "e2fsck -f",
          .salvage = "e2fsck -b 32768",
          .package = "e2fsprogs",
          .smallest_growth_bytes = kBlockBytes};
}

// All clones of a template have one uuid, which the kernel otherwise takes for
// one file system mounted twice.
FsTraits Xfs() {
  return {.name = "xfs",
          .minimum_bytes = 300 * kMiB,
          .mount_options = {{"nouuid", ""}},
          .repair = "xfs_repair",
          .salvage = "xfs_repair -n",
          .package = "xfsprogs",
          .smallest_growth_bytes = kSmallestGroupBytes};
}

FsTraits Btrfs() {
  return {.name = "btrfs",
          .minimum_bytes = 256 * kMiB,
          .repair = "btrfs check",
          .salvage = "btrfs rescue super-recover",
          .package = "btrfs-progs",
          .smallest_growth_bytes = kBlockBytes};
}

}  // namespace

const std::vector<FsTraits>& AllFsTraits() {
  static const auto* const kAll =
      new std::vector<FsTraits>{Ext("ext4"), Ext("ext3"), Xfs(), Btrfs()};
  return *kAll;
}

const FsTraits* FindFsTraits(const std::string& name) {
  const auto& all = AllFsTraits();
  const auto found =
      std::find_if(all.begin(), all.end(),
                   [&name](const auto& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::pair<std::string, std::string>> WithFixedMountOptions(
    const std::string& fs_type,
    std::vector<std::pair<std::string, std::string>> options) {
  const FsTraits* const traits = FindFsTraits(fs_type);
  if (traits != nullptr) {
    options.insert(options.begin(), traits->mount_options.begin(),
                   traits->mount_options.end());
  }
  return options;
}

}  // namespace holdfast::backend
