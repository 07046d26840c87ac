// Undoes what the current call did, unless it came to its end.

#ifndef HOLDFAST_BASE_ROLLBACK_H_
#define HOLDFAST_BASE_ROLLBACK_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace holdfast {

// A list of undo steps, run in reverse by Undo(), or when destroyed unless
// Commit() was called. A step that fails is logged and never stops the others.
// Only for what the current call made: what an earlier call was answered for
// is never undone. Not thread-safe.
class Rollback {
 public:
  Rollback() = default;
  Rollback(const Rollback&) = delete;
  Rollback& operator=(const Rollback&) = delete;
  // The safety net: what Undo() was not asked to do. It cannot tell anyone
  // that a step failed, so an error path whose answer means "nothing was
  // done" ends with Undo().
  ~Rollback();

  // `what` goes to the log if the step fails: "detach /dev/loop7".
  void Add(std::string what, std::function<absl::Status()> undo) {
    steps_.push_back({std::move(what), std::move(undo)});
  }
  void Commit() { steps_.clear(); }

  // Undoes everything now and answers what to say: `cause` (not OK), or
  // UNAVAILABLE with the text of both if a step failed. A code such as
  // RESOURCE_EXHAUSTED says that surely nothing is in progress, which is then
  // not so: the caller must come again.
  absl::Status Undo(const absl::Status& cause);

 private:
  struct UndoStep {
    std::string what;
    std::function<absl::Status()> undo;
  };

  // What failed, in words; empty if nothing did.
  std::string RunAll();

  std::vector<UndoStep> steps_;
};

}  // namespace holdfast

#endif  // HOLDFAST_BASE_ROLLBACK_H_
