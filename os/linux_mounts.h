// os/mounts.h on Linux.

#ifndef HOLDFAST_OS_LINUX_MOUNTS_H_
#define HOLDFAST_OS_LINUX_MOUNTS_H_

#include <string>
#include <vector>

#include "base/metrics.h"
#include "os/linux_mount_ids.h"
#include "os/linux_syscall.h"
#include "os/mounts.h"

namespace holdfast::os {

class LinuxMounts : public Mounts {
 public:
  explicit LinuxMounts(Metrics& metrics) : calls_(metrics.os_calls()) {}

  absl::StatusOr<UniqueFd> MountDevice(const MountRequest& request) override;
  absl::StatusOr<UniqueFd> CloneMount(const std::string& path) override;
  absl::Status SetAttributes(int mount_fd,
                             const MountAttributes& attributes) override;
  absl::Status Attach(int mount_fd, const std::string& path) override;
  absl::Status Unmount(const std::string& path) override;
  absl::StatusOr<std::vector<MountPoint>> List() override;
  absl::StatusOr<std::vector<ShownMount>> ListOf(
      const DeviceNumber& device, const std::string& node_name) override;

 private:
  const SystemCalls calls_;
  MountIds ids_{calls_};
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_MOUNTS_H_
