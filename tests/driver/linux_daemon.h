// A real daemon in a process of its own.

#ifndef HOLDFAST_TESTS_DRIVER_LINUX_DAEMON_H_
#define HOLDFAST_TESTS_DRIVER_LINUX_DAEMON_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace holdfast::driver {

// How a process ended, as a shell says it: 128 plus the signal that did it.
// `output` is its stdout and stderr as they came.
struct Ending {
  int exit_code = 0;
  std::string output;
};

// Started by the constructor with no environment but `environment`; killed
// by the destructor if it still runs. A program that cannot be started ends
// with 127.
class Daemon {
 public:
  explicit Daemon(std::vector<std::string> argv,
                  std::vector<std::string> environment = {});
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  // Reads its output until it holds `text`. False if it ended before.
  bool AwaitOutput(const std::string& text);
  // From now on nobody reads what it writes.
  void CloseOutput();

  void Signal(int signal);
  // Reads its output to the end and waits for it.
  Ending Wait();

 private:
  bool ReadMore();

  pid_t pid_ = -1;
  UniqueFd output_;
  std::string seen_;
};

// Runs a program to its end.
Ending RunProgram(std::vector<std::string> argv);

// An exclusive flock(2) on `path`, held until the descriptor is closed.
UniqueFd LockFile(const std::string& path);

}  // namespace holdfast::driver

#endif  // HOLDFAST_TESTS_DRIVER_LINUX_DAEMON_H_
