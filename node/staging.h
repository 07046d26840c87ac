// Stage and unstage: a volume on this machine, and off it.

#ifndef HOLDFAST_NODE_STAGING_H_
#define HOLDFAST_NODE_STAGING_H_

#include <string>

#include "absl/status/status.h"
#include "base/operation.h"
#include "base/rollback.h"
#include "node/parts.h"
#include "node/specs.h"
#include "node/staging_paths.h"
#include "node/volume_mounts.h"

namespace holdfast::node {

// Thread-safe; each call takes the key of its volume (ABORTED if taken).
//
// A mounted volume is staged as a mount of its file system at the staging
// path; a block volume as a bind of its device node over the file "device" in
// the staging directory. There is no state but the kernel's: a repeated call
// finds what an earlier one did, and finishes it.
class Staging {
 public:
  // All must outlive this object, which notes in `staging_paths` where it
  // stages what.
  Staging(const Parts& parts, StagingPaths& staging_paths)
      : parts_(parts), mounts_(parts), staging_paths_(staging_paths) {}

  // OK if staged there with the same capability. NOT_FOUND: no such volume.
  // ALREADY_EXISTS: staged there with another access type, file system type or
  // read-only flag. FAILED_PRECONDITION: not what the volume can be, something
  // else is mounted there, the data is in use elsewhere, or the file system
  // asks for a check. DATA_LOSS: no file system where one should be; it is
  // never made again. INVALID_ARGUMENT: mount options that the kernel refuses.
  // A file system smaller than its device is grown before it is seen. A dead
  // stage, whose device is gone, is taken off and made again.
  absl::Status Stage(const StageSpec& spec, Operation& operation);

  // Undoes it, whatever is left of it. OK if nothing is. A device that is
  // still seen at other paths stays attached: it goes with the last of them.
  // FAILED_PRECONDITION: something else is mounted there, above the volume or
  // below it, it is in use, or what a block volume was to be bound over is not
  // an empty file.
  // NOT_FOUND: something is mounted there, and there is no such volume.
  absl::Status Unstage(const UnstageSpec& spec, Operation& operation);

 private:
  absl::StatusOr<Observed> ObserveLiving(const std::string& volume_id,
                                         const std::string& path);
  absl::Status CheckPlace(const StageSpec& spec,
                          backend::AccessType access_type,
                          const Observed& staged);
  absl::Status CheckStaged(const StageSpec& spec);
  // The path of the device that is staged now.
  absl::StatusOr<std::string> MakeStaged(const StageSpec& spec,
                                         const backend::Volume& volume,
                                         Operation& operation,
                                         Rollback& rollback);
  absl::StatusOr<backend::Attachment> Attach(const StageSpec& spec,
                                             Operation& operation,
                                             Rollback& rollback);
  absl::Status StageMount(const StageSpec& spec, const std::string& fs_type,
                          const backend::Attachment& attachment,
                          Operation& operation);
  absl::Status Grow(const std::string& volume_id,
                    const backend::FormattedDevice& device,
                    const os::Superblock& superblock, Operation& operation);
  absl::Status StageBlock(const StageSpec& spec,
                          const backend::Attachment& attachment,
                          Rollback& rollback);

  absl::Status UnstageUnknown(const UnstageSpec& spec);
  absl::Status Unmount(const UnstageSpec& spec, const backend::Volume& volume);
  absl::Status DetachBeside(const absl::Status& foreign,
                            const backend::Volume& volume,
                            Operation& operation);
  absl::Status RemoveBlockStaging(const UnstageSpec& spec);
  absl::Status DetachUnlessSeen(const backend::Volume& volume,
                                Operation& operation);

  Parts parts_;
  VolumeMounts mounts_;
  StagingPaths& staging_paths_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_STAGING_H_
