// os/loop.h on Linux.

#ifndef HOLDFAST_OS_LINUX_LOOP_H_
#define HOLDFAST_OS_LINUX_LOOP_H_

#include <string>
#include <vector>

#include "base/metrics.h"
#include "os/linux_syscall.h"
#include "os/loop.h"

namespace holdfast::os {

// Opens the device for each call and keeps nothing open: a descriptor of ours
// would defer a detach. Read-only wherever that is enough, since udev looks at
// a device again when someone closes it after writing, and holds it meanwhile.
class LinuxLoopDevices : public LoopDevices {
 public:
  explicit LinuxLoopDevices(Metrics& metrics) : calls_(metrics.os_calls()) {}

  absl::StatusOr<int> FindFree() override;
  absl::Status Add(int number) override;
  absl::Status Remove(int number) override;
  absl::Status Configure(int number, int backing_fd,
                         const LoopConfig& config) override;
  absl::StatusOr<LoopStatus> GetStatus(int number) override;
  absl::Status Detach(int number) override;
  absl::Status UpdateSize(int number) override;
  absl::Status SetDiscards(int number, Discards discards) override;
  absl::Status PassFlushesOn(int number) override;
  absl::StatusOr<bool> IsClaimed(int number) override;
  absl::StatusOr<int64_t> Size(int number) override;
  absl::StatusOr<std::vector<int>> List() override;
  absl::Status DetachIf(int number, const LoopStatus& expected) override;

 private:
  absl::Status EnsureNode(int number);

  const SystemCalls calls_;
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_LOOP_H_
