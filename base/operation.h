// One call on its way through the driver.

#ifndef HOLDFAST_BASE_OPERATION_H_
#define HOLDFAST_BASE_OPERATION_H_

#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace holdfast {

// What a call is, how long it may take, and where it stands. Made by
// rpc::Call (or by a test, or the command line) and handed down by reference;
// must outlive everything that was given it.
//
// Thread-safe: the thread that runs the call sets the step; others, whom its
// lock keeps out, read it.
class Operation {
 public:
  // `name` is what people know it by: "NodeStageVolume". `cancelled` may be
  // null; it is asked between steps and must be cheap and thread-safe.
  explicit Operation(std::string name,
                     absl::Time deadline = absl::InfiniteFuture(),
                     std::function<bool()> cancelled = nullptr)
      : name_(std::move(name)),
        started_(absl::Now()),
        deadline_(deadline),
        cancelled_(std::move(cancelled)) {}

  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  const std::string& name() const { return name_; }
  absl::Time started() const { return started_; }
  absl::Time deadline() const { return deadline_; }

  // Says what is being done now: a string literal such as "mount".
  void Step(const char* step) { step_.store(step, std::memory_order_relaxed); }
  const char* step() const { return step_.load(std::memory_order_relaxed); }

  // OK, or DEADLINE_EXCEEDED, or CANCELLED. To be asked between steps, where
  // stopping leaves a state that a retry finishes; never inside one.
  absl::Status CheckActive() const;

 private:
  const std::string name_;
  const absl::Time started_;
  const absl::Time deadline_;
  const std::function<bool()> cancelled_;
  std::atomic<const char*> step_{"start"};
};

}  // namespace holdfast

#endif  // HOLDFAST_BASE_OPERATION_H_
