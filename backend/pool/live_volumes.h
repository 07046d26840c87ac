// A volume's data while it is attached here: flushed before it is cloned,
// grown with its file.

#ifndef HOLDFAST_BACKEND_POOL_LIVE_VOLUMES_H_
#define HOLDFAST_BACKEND_POOL_LIVE_VOLUMES_H_

#include "absl/status/status.h"
#include "backend/pool/attachments.h"
#include "backend/pool/layout.h"
#include "backend/types.h"
#include "backend/volume_file_system.h"
#include "base/operation.h"

namespace holdfast::pool {

// Thread-safe for different volumes.
class LiveVolumes {
 public:
  // All must outlive this object.
  struct Parts {
    os::Files& files;
    os::DataFiles& data_files;
    os::LoopDevices& loops;
    Attachments& attachments;
    backend::VolumeFileSystem& file_systems;
    const Layout& layout;
  };

  explicit LiveVolumes(const Parts& parts) : parts_(parts) {}

  Attachable AttachableOf(const backend::Volume& volume) const;

  // Everything written so far, to the mounted file system or to the block
  // device, is in the data file. OK if the volume is not attached.
  absl::Status Flush(const backend::Volume& volume, Operation& operation);

  // Gives devices and mounted file system the size of the grown data file,
  // `volume.size_bytes`. What VolumeFileSystem says of a file system that
  // cannot grow now passes on.
  absl::Status Grow(const backend::Volume& volume, Operation& operation);

 private:
  absl::Status FlushDevice(int number);
  absl::Status GrowDevice(const backend::Volume& volume,
                          backend::AttachMode mode);
  // True if the device carries a mounted file system that we may speak to.
  absl::StatusOr<bool> IsMounted(const backend::Volume& volume, int number);

  const Parts parts_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_LIVE_VOLUMES_H_
