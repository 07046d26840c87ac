// A stage that nobody will undo any more, ended.

#ifndef HOLDFAST_NODE_FORGOTTEN_STAGE_H_
#define HOLDFAST_NODE_FORGOTTEN_STAGE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/types.h"
#include "base/operation.h"
#include "base/rollback.h"
#include "node/parts.h"
#include "node/staging_paths.h"
#include "node/volume_mounts.h"

namespace holdfast::node {

// A kubelet that was restarted between unpublish and unstage never asks for
// the unstage. Thread-safe; the caller holds the key of the volume exclusively.
class ForgottenStage {
 public:
  // All must outlive this object.
  ForgottenStage(const Parts& parts, StagingPaths& staging_paths)
      : parts_(parts), mounts_(parts), staging_paths_(staging_paths) {}

  // Takes the volume off its staging paths, by plain unmounts, and detaches
  // its devices, if nothing else shows or holds them: then true. False if
  // there is no device of ours. FAILED_PRECONDITION, naming what uses it, if
  // something does; all is then as it was, also where that came to light only
  // after the unmount: a copy of the mount that lives on in another mount
  // namespace keeps the superblock, which is mounted again where it was.
  absl::StatusOr<bool> End(const backend::Volume& volume, Operation& operation);

 private:
  // A device of ours, and what shows it in this mount namespace.
  struct Device {
    backend::AttachMode mode = backend::AttachMode::kReadWrite;
    backend::Attachment attachment;
    std::vector<os::MountPoint> mounts;
  };

  absl::StatusOr<std::vector<Device>> FindDevices(const std::string& id);
  absl::Status CheckForgotten(const backend::Volume& volume,
                              const Device& device) const;
  bool IsStage(const backend::Volume& volume,
               const os::MountPoint& mount) const;
  absl::Status EndDevice(const backend::Volume& volume, const Device& device,
                         Operation& operation, Rollback& rollback);
  absl::Status Detach(const backend::Volume& volume, const Device& device,
                      Operation& operation, Rollback& rollback);
  absl::Status MountBack(const backend::Volume& volume,
                         const os::MountPoint& mount, const Device& device);
  void Forget(const backend::Volume& volume,
              const std::vector<Device>& devices);
  void RemoveBindFile(const std::string& path);

  Parts parts_;
  VolumeMounts mounts_;
  StagingPaths& staging_paths_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_FORGOTTEN_STAGE_H_
