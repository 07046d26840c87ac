// os/command.h on Linux.

#ifndef HOLDFAST_OS_LINUX_COMMANDS_H_
#define HOLDFAST_OS_LINUX_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/metrics.h"
#include "os/command.h"
#include "os/linux_syscall.h"

namespace holdfast::os {

// Each program runs in a session of its own, so that everything it started is
// killed with it at the deadline. Started by posix_spawn: a fork of a process
// with many threads and much memory is slow and unsafe.
class LinuxCommands : public Commands {
 public:
  explicit LinuxCommands(Metrics& metrics)
      : calls_(metrics.os_calls()), times_(metrics.commands()) {}

  absl::StatusOr<CommandResult> Run(const std::vector<std::string>& argv,
                                    absl::Time deadline) override;

 private:
  absl::StatusOr<CommandResult> RunUntimed(const std::vector<std::string>& argv,
                                           absl::Time deadline);
  // Kills a program with all that it started, and waits a little for its end.
  void Abandon(int pid, int pid_fd);
  // Takes the exit code of a program that has ended.
  absl::StatusOr<int> Reap(int pid);
  void ReapStragglers();

  const SystemCalls calls_;
  LatencyFamily& times_;

  absl::Mutex mutex_;
  // Killed, but stuck in the kernel (a dead device) when given up.
  std::vector<int> stragglers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_COMMANDS_H_
