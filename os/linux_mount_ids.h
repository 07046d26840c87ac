// Which mounts may show a device, without reading all of mountinfo: of the
// mounts that were there before, only the ids are listed again.

#ifndef HOLDFAST_OS_LINUX_MOUNT_IDS_H_
#define HOLDFAST_OS_LINUX_MOUNT_IDS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "os/linux_syscall.h"
#include "os/mounts.h"

namespace holdfast::os {

// listmount(2) and statmount(2), kernel 6.8. An id is never used again while
// the machine runs, and what is remembered of one does not change: the device
// of its file system, and the last name of its root, which only a rename below
// it would change; device nodes are not renamed. So nothing is answered from
// memory alone: a mount that matches is asked again. Thread-safe.
class MountIds {
 public:
  // `calls` must outlive this object.
  explicit MountIds(const SystemCalls& calls) : calls_(calls) {}

  // os/mounts.h, ListOf. Any error means that this kernel cannot say, and that
  // mountinfo must be read: ENOSYS before 6.8, EPERM of a seccomp filter,
  // EOPNOTSUPP for a btrfs before 6.13, which did not tell its device.
  absl::StatusOr<std::vector<ShownMount>> ListOf(const DeviceNumber& device,
                                                 const std::string& node_name);

 private:
  struct Known {
    uint64_t id = 0;
    DeviceNumber device;
    size_t root_name_hash = 0;
  };
  using Table = std::vector<Known>;  // by id

  absl::StatusOr<std::vector<uint64_t>> ListIds() const;
  // Nothing if it is gone.
  absl::StatusOr<std::optional<Known>> Ask(uint64_t id) const;
  absl::StatusOr<std::shared_ptr<const Table>> Refresh();
  absl::StatusOr<std::optional<ShownMount>> Look(const Known& known) const;

  const SystemCalls& calls_;
  absl::Mutex mutex_;
  std::shared_ptr<const Table> table_ ABSL_GUARDED_BY(mutex_) =
      std::make_shared<const Table>();
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_MOUNT_IDS_H_
