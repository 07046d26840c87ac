// Time, and waiting for what the kernel finishes a little later.

#ifndef HOLDFAST_BACKEND_POOL_CLOCK_H_
#define HOLDFAST_BACKEND_POOL_CLOCK_H_

#include <functional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace holdfast::pool {

// Replaced by tests, so that nothing there waits. Both must be thread-safe.
struct Clock {
  std::function<absl::Time()> now = absl::Now;
  std::function<void(absl::Duration)> sleep = absl::SleepFor;
};

// Asks `done` until it says yes, for about a second. False if it never did.
//
// The kernel defers the last release of a loop device (task work since 3.12,
// a work queue before), and udev opens devices for a moment whenever they
// change, so "in use" is believed only after that time.
absl::StatusOr<bool> WaitUntil(const Clock& clock,
                               absl::FunctionRef<absl::StatusOr<bool>()> done);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_CLOCK_H_
