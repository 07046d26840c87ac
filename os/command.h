// External programs.

#ifndef HOLDFAST_OS_COMMAND_H_
#define HOLDFAST_OS_COMMAND_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace holdfast::os {

struct CommandResult {
  int exit_code = 0;   // 128 plus the signal if one ended it
  std::string output;  // stdout and stderr as they came, at most 64 KiB
};

// Implementations are thread-safe.
class Commands {
 public:
  virtual ~Commands() = default;

  // Runs argv[0] (searched in PATH) with no standard input, no descriptor but
  // its output and no environment but PATH and LC_ALL=C, and waits. A program
  // that ends by itself is OK whatever its exit code; one that outlives
  // `deadline` is killed with all that it started and the answer is
  // DEADLINE_EXCEEDED; one that cannot be started carries the errno.
  virtual absl::StatusOr<CommandResult> Run(
      const std::vector<std::string>& argv, absl::Time deadline) = 0;
};

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_COMMAND_H_
