// Undoes what the current call did, unless it came to its end.

#ifndef HOLDFAST_BASE_ROLLBACK_H_
#define HOLDFAST_BASE_ROLLBACK_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace holdfast {

// A list of undo steps, run in reverse when destroyed unless Commit() was
// called. A step that fails is logged and never hides the error that led
// here. Only for what the current call made: what an earlier call was answered
// for is never undone. Not thread-safe.
class Rollback {
 public:
  Rollback() = default;
  Rollback(const Rollback&) = delete;
  Rollback& operator=(const Rollback&) = delete;
  ~Rollback();

  // `what` goes to the log if the step fails: "detach /dev/loop7".
  void Add(std::string what, std::function<absl::Status()> undo) {
    steps_.push_back({std::move(what), std::move(undo)});
  }
  void Commit() { steps_.clear(); }

 private:
  struct UndoStep {
    std::string what;
    std::function<absl::Status()> undo;
  };
  std::vector<UndoStep> steps_;
};

}  // namespace holdfast

#endif  // HOLDFAST_BASE_ROLLBACK_H_
