// The mount options that people write into a StorageClass, sorted.

#ifndef HOLDFAST_NODE_MOUNT_FLAGS_H_
#define HOLDFAST_NODE_MOUNT_FLAGS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "os/mounts.h"

namespace holdfast::node {

// Mount options by where they take effect (mount(8), fsconfig(2),
// mount_setattr(2)).
struct MountFlags {
  // Of one mount: "ro", "noexec", "noatime", … "ro" is also asked of the
  // superblock when a volume is staged.
  os::MountAttributes attributes;
  // Of the superblock ("sync", "lazytime") and of the file system
  // ("commit=30", "context=…"): name and value, an empty value for a flag. An
  // unknown word stands here too, so that the kernel refuses it in its words.
  std::vector<std::pair<std::string, std::string>> options;
};

// Sorts CSI's mount_flags. An entry may hold several options separated by
// commas; double quotes keep a value with commas together and are taken off
// (context="system_u:object_r:container_file_t:s0:c1,c2"). Words that only
// mount(8) understands (defaults, _netdev, nofail, x-…) are left out. Of
// contradicting words the last holds.
// INVALID_ARGUMENT for an unclosed quote, a control character, an option
// without a name, a value for a word of this table ("ro=1"), and more than 4
// KiB in all (CSI's limit); the text never repeats the flags, which may be
// confidential.
absl::StatusOr<MountFlags> ParseMountFlags(
    const std::vector<std::string>& flags);

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_MOUNT_FLAGS_H_
