// Several callers at once.

#ifndef HOLDFAST_TESTS_ROOT_LOAD_LOAD_H_
#define HOLDFAST_TESTS_ROOT_LOAD_LOAD_H_

#include <atomic>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "tests/root/load/caller.h"
#include "tests/root/load/gate.h"

namespace holdfast::root {

// Callers, each in a thread, until stopped or one is not content.
class Load {
 public:
  explicit Load(const std::vector<Caller::Spec>& callers,
                Patience patience = Patience::kNone);
  ~Load() { Stop().IgnoreError(); }

  // Holds the callers up through its gate.
  Gate& gate() { return gate_; }

  // What a caller was not content with, if one was.
  absl::Status status() const;

  // Ends the callers and answers the same.
  absl::Status Stop();

 private:
  void Run(Caller caller);

  std::atomic<bool> stop_{false};
  Gate gate_;
  mutable absl::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_LOAD_LOAD_H_
