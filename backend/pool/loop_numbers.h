// Which loop device to try next.

#ifndef HOLDFAST_BACKEND_POOL_LOOP_NUMBERS_H_
#define HOLDFAST_BACKEND_POOL_LOOP_NUMBERS_H_

#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace holdfast::pool {

// A guess at free numbers. LOOP_CTL_GET_FREE walks all devices, so its cost
// grows with them (0.3 ms at 2,000); a guess costs nothing, and a wrong one is
// an EBUSY. Numbers that came back are given out first, the lowest first, so
// that devices are used again rather than made. Thread-safe.
class LoopNumbers {
 public:
  // A number that nobody else is given until it comes back.
  int Take();
  // It is free again.
  void GiveBack(int number);
  // It is taken by someone else: not to be guessed again.
  void Skip(int number);

 private:
  absl::Mutex mutex_;
  int next_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<int> returned_ ABSL_GUARDED_BY(mutex_);
  // At or above next_, known to be taken.
  std::set<int> skipped_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_LOOP_NUMBERS_H_
