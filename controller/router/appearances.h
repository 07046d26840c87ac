// That pools have come, are new or have moved: told by who learns it to who
// waits for it.

#ifndef HOLDFAST_CONTROLLER_ROUTER_APPEARANCES_H_
#define HOLDFAST_CONTROLLER_ROUTER_APPEARANCES_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace holdfast::controller {

// Thread-safe.
class Appearances {
 public:
  // There is news: of a pool that was not connected and is, or that is new or
  // has moved (Agents::Learnt).
  void Note() {
    absl::MutexLock lock(&mutex_);
    noted_ = true;
  }

  // Ends the waiting for good.
  void Close() {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }

  // Waits for a Note since the last time, at most this long; false when closed.
  bool Await(absl::Duration patience) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(this, &Appearances::HasNews),
                            patience);
    noted_ = false;
    return !closed_;
  }

  bool IsClosed() const {
    absl::MutexLock lock(&mutex_);
    return closed_;
  }

 private:
  bool HasNews() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return noted_ || closed_;
  }

  mutable absl::Mutex mutex_;
  bool noted_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_APPEARANCES_H_
