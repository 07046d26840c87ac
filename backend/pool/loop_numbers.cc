#include "backend/pool/loop_numbers.h"

namespace holdfast::pool {

int LoopNumbers::Take() {
  absl::MutexLock lock(&mutex_);
  if (!returned_.empty()) {
    return returned_.extract(returned_.begin()).value();
  }
  while (skipped_.erase(next_) > 0) ++next_;
  return next_++;
}

void LoopNumbers::GiveBack(int number) {
  absl::MutexLock lock(&mutex_);
  skipped_.erase(number);
  if (number < next_) returned_.insert(number);
}

void LoopNumbers::Skip(int number) {
  absl::MutexLock lock(&mutex_);
  returned_.erase(number);
  if (number >= next_) skipped_.insert(number);
}

}  // namespace holdfast::pool
