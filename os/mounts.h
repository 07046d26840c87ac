// Mounts, through the mount API of kernel 5.2 and later: a mount is made
// detached, given its attributes, and only then moved to where others see it.

#ifndef HOLDFAST_OS_MOUNTS_H_
#define HOLDFAST_OS_MOUNTS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/unique_fd.h"
#include "os/files.h"

namespace holdfast::os {

// Attributes of one mount (mount_setattr(2)).
struct MountAttributes {
  bool read_only = false;
  bool nosuid = false;
  bool nodev = false;
  bool noexec = false;
  bool noatime = false;
  bool nodiratime = false;
  bool strictatime = false;
  friend bool operator==(const MountAttributes&,
                         const MountAttributes&) = default;
};

// What to mount (fsopen(2), fsconfig(2), fsmount(2)).
struct MountRequest {
  std::string device;   // "/dev/loop7"
  std::string fs_type;  // "ext4"
  // Options of the file system: name and value, an empty value for a flag.
  std::vector<std::pair<std::string, std::string>> options;
  bool read_only = false;  // the superblock itself
  MountAttributes attributes;
};

// A line of mountinfo.
struct MountPoint {
  std::string path;
  std::string root;  // what of the file system is seen: "/", "/loop7"
  DeviceNumber file_system;
  std::string fs_type;
  bool read_only = false;              // this mount
  bool file_system_read_only = false;  // its superblock
  MountAttributes attributes;          // of this mount, all of them
  std::string context;  // SELinux: the superblock's option of that name
};

// A mount, as far as it tells what it shows.
struct ShownMount {
  std::string path;
  std::string root;  // as in MountPoint
  DeviceNumber file_system;
};

// The last name of a mount's root: "loop7" of "/loop7", and of
// "/loop7//deleted", as the kernel writes the root of a bind whose file was
// removed since.
inline std::string RootName(absl::string_view root) {
  absl::ConsumeSuffix(&root, "//deleted");
  return std::string(root.substr(root.rfind('/') + 1));
}

// True for a mount of the file system on `device`, and for a bind of a file
// named `node_name`, which may be the device's node.
inline bool MayShow(const ShownMount& mount, const DeviceNumber& device,
                    const std::string& node_name) {
  return mount.file_system == device || RootName(mount.root) == node_name;
}

// Failures carry the errno and, where the kernel says more (fsopen's message
// log), its words. Implementations are thread-safe.
class Mounts {
 public:
  virtual ~Mounts() = default;

  // A detached mount of the file system on a device: gone when the descriptor
  // is closed unless Attach gave it a place. If the device is mounted
  // already, the new mount shares that superblock.
  virtual absl::StatusOr<UniqueFd> MountDevice(const MountRequest& request) = 0;
  // A detached copy of what is mounted at `path`, without its submounts, or of
  // a single file or device node (open_tree(OPEN_TREE_CLONE)).
  virtual absl::StatusOr<UniqueFd> CloneMount(const std::string& path) = 0;
  // Sets (never clears) attributes of a detached mount.
  virtual absl::Status SetAttributes(int mount_fd,
                                     const MountAttributes& attributes) = 0;
  // Moves a detached mount to `path` (move_mount(2)), which must exist and be
  // a directory or a file like the mount's root.
  virtual absl::Status Attach(int mount_fd, const std::string& path) = 0;
  // Takes the topmost mount off `path` (umount2, UMOUNT_NOFOLLOW). EINVAL if
  // nothing is mounted there, ENOENT if there is nothing, EBUSY if in use.
  virtual absl::Status Unmount(const std::string& path) = 0;
  // All mounts of this mount namespace in mount order. A scan.
  virtual absl::StatusOr<std::vector<MountPoint>> List() = 0;
  // Those for which MayShow is true, in no particular order. No scan where the
  // kernel tells what came and went (6.8; for btrfs 6.13), else one.
  virtual absl::StatusOr<std::vector<ShownMount>> ListOf(
      const DeviceNumber& device, const std::string& node_name) = 0;
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_MOUNTS_H_
