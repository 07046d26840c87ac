// How every system call of os/linux_*.cc is made: timed, its errno taken once.

#ifndef HOLDFAST_OS_LINUX_SYSCALL_H_
#define HOLDFAST_OS_LINUX_SYSCALL_H_

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/metrics.h"
#include "base/status.h"
#include "base/unique_fd.h"

namespace holdfast::os {

// What a system call answered. `error` is the errno, zero for success: the
// global is not to be read again, since anything in between may change it.
struct CallResult {
  int64_t value = 0;
  int error = 0;
  bool ok() const { return error == 0; }
};

// Runs `function`, which makes one system call and returns its value (negative
// on failure, errno set). EINTR is tried again: no call of this library that
// can be interrupted has done anything by then (close(2) is the known
// exception; it is made by UniqueFd only).
template <typename Function>
CallResult TakeErrno(Function&& function) {
  CallResult result;
  do {
    result.value = function();
    result.error = result.value < 0 ? errno : 0;
  } while (result.error == EINTR);
  return result;
}

// "EBUSY"; "E" and the number for what libc does not know; "ok" for zero.
std::string ErrnoName(int error);

// What `fd` stands for, for error texts: "/pool/volumes/p01…" or "fd 7".
std::string FdName(int fd);

// Makes system calls and observes each in os_call_seconds{call,error}. `call`
// is a label of that metric, so a literal. Thread-safe.
class SystemCalls {
 public:
  explicit SystemCalls(LatencyFamily& times) : times_(times) {}

  template <typename Function>
  CallResult Call(const char* call, Function&& function) const {
    const auto start = std::chrono::steady_clock::now();
    const CallResult result = TakeErrno(function);
    Observe(call, result.error, std::chrono::steady_clock::now() - start);
    return result;
  }

  // The same, with failure as a status that names `object`.
  template <typename Function>
  absl::Status Run(const char* call, const std::string& object,
                   Function&& function) const {
    const CallResult result = Call(call, function);
    if (result.ok()) return absl::OkStatus();
    return ErrnoError(call, object, result.error);
  }

  // For calls on a descriptor, whose name is looked up only for an error.
  template <typename Function>
  absl::Status Run(const char* call, int fd, Function&& function) const {
    const CallResult result = Call(call, function);
    if (result.ok()) return absl::OkStatus();
    return ErrnoError(call, FdName(fd), result.error);
  }

  // For calls that answer a new descriptor.
  template <typename Function>
  absl::StatusOr<UniqueFd> Open(const char* call, const std::string& object,
                                Function&& function) const {
    const CallResult result = Call(call, function);
    if (result.ok()) return UniqueFd(static_cast<int>(result.value));
    return ErrnoError(call, object, result.error);
  }

 private:
  void Observe(const char* call, int error,
               std::chrono::steady_clock::duration time) const;

  LatencyFamily& times_;
};

// open(2) with `flags` and O_CLOEXEC.
absl::StatusOr<UniqueFd> OpenPath(const SystemCalls& calls,
                                  const std::string& path, int flags);

// A file to its end, for files whose size stat does not tell (/proc, /sys).
absl::StatusOr<std::string> ReadToEnd(const SystemCalls& calls,
                                      const std::string& path);

// The names in a directory without "." and "..", in byte order.
absl::StatusOr<std::vector<std::string>> ListDirectory(const SystemCalls& calls,
                                                       const std::string& path);

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_SYSCALL_H_
