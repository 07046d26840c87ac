// A counted limit on heavy work.

#ifndef HOLDFAST_BASE_SEMAPHORE_H_
#define HOLDFAST_BASE_SEMAPHORE_H_

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/operation.h"

namespace holdfast {

// Lets at most `permits` operations into heavy sections (template builds,
// repairs) at once. Thread-safe.
class Semaphore {
 public:
  // One admission; given back when destroyed. Move-only; the Semaphore must
  // outlive it.
  class Permit {
   public:
    Permit(Permit&& other) noexcept
        : semaphore_(std::exchange(other.semaphore_, nullptr)) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (semaphore_ != nullptr) semaphore_->Release();
    }

   private:
    friend class Semaphore;
    explicit Permit(Semaphore* semaphore) : semaphore_(semaphore) {}
    Semaphore* semaphore_;
  };

  explicit Semaphore(int permits) : free_(permits) {}

  // Waits until the operation's deadline, then answers UNAVAILABLE (never
  // RESOURCE_EXHAUSTED, which means storage capacity and nothing else).
  absl::StatusOr<Permit> Acquire(const Operation& operation);

 private:
  void Release();

  absl::Mutex mutex_;
  int free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast

#endif  // HOLDFAST_BASE_SEMAPHORE_H_
