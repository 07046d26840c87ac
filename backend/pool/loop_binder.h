// Binding a file to some free loop device.

#ifndef HOLDFAST_BACKEND_POOL_LOOP_BINDER_H_
#define HOLDFAST_BACKEND_POOL_LOOP_BINDER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/pool/loop_numbers.h"
#include "os/loop.h"

namespace holdfast::pool {

// The answer where direct I/O cannot be had: FAILED_PRECONDITION.
absl::Status NoDirectIo(int number, uint32_t block_bytes);

// Thread-safe. `loops` must outlive it.
class LoopBinder {
 public:
  explicit LoopBinder(os::LoopDevices& loops) : loops_(loops) {}

  // Makes the open file a loop device, verified to be what was asked for and
  // to do direct I/O, discards as asked for, and answers its number. Nothing
  // stays attached if it fails. UNAVAILABLE if all numbers tried were taken by
  // others; FAILED_PRECONDITION without direct I/O. A device that ignores
  // discards and cannot be told otherwise (os::LoopDevices::SetDiscards) is
  // made anew, or another is taken; after a few of them it is good enough.
  absl::StatusOr<int> Bind(int backing_fd, const os::LoopConfig& config);

  // Device `number`, detached, ignored discards, which some kernels do not let
  // it forget: it is removed, and made anew when its number comes next. If
  // somebody has it, it stays as it is: false.
  bool Renew(int number);

  // Device `number` is taken, or free again, as seen elsewhere.
  void NoteTaken(int number) { numbers_.Skip(number); }
  void NoteFree(int number) { numbers_.GiveBack(number); }

 private:
  absl::StatusOr<int> NextNumber(int attempt);
  absl::Status Configure(int number, int backing_fd,
                         const os::LoopConfig& config);
  absl::Status Finish(int number, const os::LoopConfig& config);
  absl::Status Verify(int number, const os::LoopConfig& config);
  // Detaches it and, if that is done, removes it. UNAVAILABLE if it is not.
  absl::Status PassOver(int number);
  absl::Status GiveUp(int number, const absl::Status& cause);

  os::LoopDevices& loops_;
  LoopNumbers numbers_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_LOOP_BINDER_H_
