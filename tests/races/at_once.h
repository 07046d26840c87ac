// Callers that begin at one moment.

#ifndef HOLDFAST_TESTS_RACES_AT_ONCE_H_
#define HOLDFAST_TESTS_RACES_AT_ONCE_H_

#include <functional>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"

namespace holdfast::races {

// Runs `body(0)` to `body(callers - 1)`, each in a thread of its own, and
// returns when all have ended.
inline void AtOnce(int callers, const std::function<void(int)>& body) {
  absl::Notification begin;
  std::vector<std::thread> threads;
  threads.reserve(static_cast<size_t>(callers));
  for (int caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&begin, &body, caller] {
      begin.WaitForNotification();
      body(caller);
    });
  }
  begin.Notify();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace holdfast::races

#endif  // HOLDFAST_TESTS_RACES_AT_ONCE_H_
