#include "base/semaphore.h"

#include "absl/strings/str_cat.h"

namespace holdfast {

absl::StatusOr<Semaphore::Permit> Semaphore::Acquire(
    const Operation& operation) {
  absl::MutexLock guard(&mutex_);
  const auto has_free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return free_ > 0;
  };
  if (!mutex_.AwaitWithDeadline(absl::Condition(&has_free),
                                operation.deadline())) {
    return absl::UnavailableError(absl::StrCat(
        operation.name(),
        " waited until its deadline for other heavy work to finish; repeat "
        "the call"));
  }
  --free_;
  return Permit(this);
}

void Semaphore::Release() {
  absl::MutexLock guard(&mutex_);
  ++free_;
}

}  // namespace holdfast
