// Starting a program, for linux_commands.cc.

#ifndef HOLDFAST_OS_LINUX_SPAWN_H_
#define HOLDFAST_OS_LINUX_SPAWN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "os/linux_syscall.h"

namespace holdfast::os {

// Starts argv[0] (searched in PATH) and answers its process id; the caller
// reaps it. It leads a session and a process group of its own, has `output` as
// standard output and error, /dev/null as input and no other descriptor, no
// signal blocked or ignored, and PATH and LC_ALL=C as its environment.
absl::StatusOr<int> Spawn(const SystemCalls& calls,
                          std::vector<std::string> argv, int output);

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_SPAWN_H_
