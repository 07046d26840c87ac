// Calls that may never come back, made by a thread that nobody waits for
// longer than he wants to.

#ifndef HOLDFAST_NODE_HELPER_H_
#define HOLDFAST_NODE_HELPER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace holdfast::node {

// statfs(2) on a dead mount can hang without end and cannot be interrupted.
// Helper runs such a call in a thread of its own, one at a time per key, so
// that a dead mount costs one thread and no other call. Thread-safe.
class Helper {
 public:
  Helper();
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;
  // Waits for the calls under way, but not for those that hang: at most about
  // a second.
  ~Helper();

  // Runs `call` and answers its status. If it, or an earlier call under the
  // same key, has not come back by `deadline`: UNAVAILABLE, as it is when no
  // thread can be made, without a call. A call that is late goes on by itself,
  // so what it touches must be its own or outlive the process's use of it; its
  // answer is dropped.
  absl::Status Run(const std::string& key, absl::Time deadline,
                   std::function<absl::Status()> call);

 private:
  struct State;
  // Shared with the threads, which may outlive this object.
  const std::shared_ptr<State> state_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_HELPER_H_
