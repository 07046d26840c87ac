// What is mounted where: asked of the kernel each time, never remembered.

#ifndef HOLDFAST_NODE_VOLUME_MOUNTS_H_
#define HOLDFAST_NODE_VOLUME_MOUNTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "node/parts.h"

namespace holdfast::node {

// What a path holds, seen from one volume.
struct Observed {
  enum class Kind {
    kAbsent,     // there is no such path
    kUnmounted,  // something is there, and nothing is mounted on it
    kVolume,     // this volume: its file system, or its device node, bound
    kForeign,    // something else is mounted there
    // What was this volume and can only be taken off: its file system, which
    // answers nothing but errors (the device below is gone), or the node of a
    // loop device that was detached under its bind, by hand.
    kDead,
  };
  Kind kind = Kind::kAbsent;
  os::FileInfo info;  // unless absent, or a dead file system
  // The volume's device that is there; set for kVolume.
  backend::AttachMode mode = backend::AttachMode::kReadWrite;
  backend::Attachment attachment;
};

// The file below the staging directory of a block volume over which its device
// node is bound, so that block volumes are found like mounted ones.
std::string BlockStagingFile(const std::string& staging_path);

// True for what is made to bind a device node over: it holds no data.
bool IsBindFile(const os::FileInfo& info);

// Where a volume of this type is mounted when staged.
std::string StagedPath(backend::AccessType access_type,
                       const std::string& staging_path);

// NOT_FOUND: the volume is not at this path.
absl::Status NotAtPath(const std::string& volume_id, const std::string& path);

// Callers hold the key of the volume, at least shared. A relative path is
// absent: nothing of ours is at one. A symlink is not followed. Thread-safe.
class VolumeMounts {
 public:
  explicit VolumeMounts(const Parts& parts) : parts_(parts) {}

  // Costs one or two statx and a look at the attachment, however many mounts
  // there are; a scan only for what is dead or not this volume.
  absl::StatusOr<Observed> Observe(const std::string& volume_id,
                                   const std::string& path);

  // Like Observe for a path that a caller believes to be the volume: also a
  // block volume's staging directory, or the device node itself.
  // FAILED_PRECONDITION for what is dead.
  absl::StatusOr<Observed> ObserveVolumePath(const std::string& volume_id,
                                             const std::string& path);

  // What of this mount namespace shows the attached device: mounts of its file
  // system, and binds of its node.
  absl::StatusOr<std::vector<os::MountPoint>> MountsOf(
      const backend::Attachment& attachment);

  // The paths, each once, at which the attached device is seen in this mount
  // namespace: mounts of its file system, and binds of its node.
  absl::StatusOr<std::vector<std::string>> PathsOf(
      const backend::Attachment& attachment);

  // True if there is such a path for the volume's read-write device, which is
  // logged: a caller that would detach it does not.
  absl::StatusOr<bool> IsSeen(const std::string& volume_id);

  // Takes this volume off `path` until none of it is mounted there, and
  // answers what is left. Anything else mounted there stays:
  // FAILED_PRECONDITION; also if it is in use.
  absl::StatusOr<Observed> UnmountAll(const std::string& volume_id,
                                      const std::string& path);

  // The attachment by what the backend remembers; nothing also for a volume
  // that it does not know.
  absl::StatusOr<std::optional<backend::Attachment>> Find(
      const std::string& volume_id, backend::AttachMode mode);

  // Like Find, but what the backend has forgotten is looked for.
  absl::StatusOr<std::optional<backend::Attachment>> FindVerified(
      const std::string& volume_id, backend::AttachMode mode);

 private:
  absl::StatusOr<std::optional<backend::Attachment>> FindDevice(
      const std::string& volume_id, backend::AttachMode mode,
      const os::DeviceNumber& number);
  absl::StatusOr<Observed> ObserveFailing(const std::string& volume_id,
                                          const std::string& path,
                                          const absl::Status& failure);
  absl::StatusOr<bool> IsDetachedLoop(const os::FileInfo& info);
  absl::StatusOr<Observed> Identify(const std::string& volume_id,
                                    const os::FileInfo& info);
  absl::StatusOr<bool> Shows(const os::ShownMount& mount,
                             const os::DeviceNumber& number);

  Parts parts_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_VOLUME_MOUNTS_H_
