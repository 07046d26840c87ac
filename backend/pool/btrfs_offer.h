// Whether this machine can have btrfs volumes.

#ifndef HOLDFAST_BACKEND_POOL_BTRFS_OFFER_H_
#define HOLDFAST_BACKEND_POOL_BTRFS_OFFER_H_

#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "backend/pool/layout.h"
#include "backend/pool/loop_binder.h"
#include "backend/pool/templates.h"
#include "backend/volume_file_system.h"
#include "base/operation.h"
#include "base/rollback.h"
#include "os/data_files.h"
#include "os/files.h"
#include "os/loop.h"

namespace holdfast::pool {

// All volumes of a type are clones of a few templates, and a clone has the
// uuid of its template. Until kernel 6.7 a btrfs is told by its uuid alone, so
// that the second of two clones cannot be mounted. What the kernel can is
// found out by doing it once: two clones without names, two loop devices, two
// mounts without a place. Nothing of it stays. Thread-safe.
class BtrfsOffer {
 public:
  // All must outlive this object.
  struct Parts {
    os::Files& files;
    os::DataFiles& data_files;
    os::LoopDevices& loops;
    Templates& templates;
    backend::VolumeFileSystem& file_systems;
    const Layout& layout;
  };

  explicit BtrfsOffer(const Parts& parts)
      : parts_(parts), binder_(parts.loops) {}

  // OK if btrfs volumes can be had. INVALID_ARGUMENT if not: that the kernel
  // refuses the second clone is remembered, that it has no btrfs is not. Any
  // other error says why it could not be found out. The next call tries again
  // unless the answer is remembered.
  absl::Status Check(Operation& operation);

  // True once Check has found that they cannot.
  bool IsRefused() const;

 private:
  absl::StatusOr<bool> Try(Operation& operation);
  // A loop device on a clone; it is detached by `rollback`.
  absl::StatusOr<int> Attach(const UniqueFd& image, Rollback& rollback);
  absl::StatusOr<bool> MountBoth(int one, int other);

  const Parts parts_;
  LoopBinder binder_;
  mutable absl::Mutex mutex_;
  std::optional<bool> works_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_BTRFS_OFFER_H_
