// What stands between callers and daemons that may die.

#ifndef HOLDFAST_TESTS_ROOT_LOAD_GATE_H_
#define HOLDFAST_TESTS_ROOT_LOAD_GATE_H_

#include <array>
#include <cstdint>
#include <functional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace holdfast::root {

// What callers do.
enum class Deed {
  kCreate,
  kClone,
  kRestore,
  kSnapshot,
  kDeleteSnapshot,
  kExpand,
  kControllerPublish,
  kControllerUnpublish,
  kStage,
  kPublish,
  kUnpublish,
  kUnstage,
  kDelete,
  kUndelete,
  kPurge,
  kList,
  kWrite,  // through what is published; no daemon has a part in it
  kRead,
};
inline constexpr size_t kDeeds = 18;
const char* Name(Deed deed);

using PerDeed = std::array<int64_t, kDeeds>;

// What a caller does about answers that say "not now".
enum class Patience {
  kNone,           // the first answer counts
  kUntilAnswered,  // as a CO: the same call again, for minutes
};

// Lets calls through, holds them up for a while, and counts them. Thread-safe.
class Gate {
 public:
  explicit Gate(Patience patience) : patience_(patience) {}

  // Makes the call, again if need be: UNAVAILABLE (no daemon, or one that
  // starts) and ABORTED (an earlier attempt is still at it) are what CSI lets
  // a driver answer to a call that it has not done.
  absl::Status Pass(Deed deed, const std::function<absl::Status()>& attempt);

  // Lets nobody in any more and returns when nobody is inside. Calls that
  // were answered with "not now" wait outside.
  void Close();
  void Open();

  PerDeed inside() const;  // now
  PerDeed answered() const;
  int64_t attempts() const;  // also those that were made again

 private:
  void Enter(Deed deed);
  void Leave(Deed deed);

  const Patience patience_;
  mutable absl::Mutex mutex_;
  bool open_ ABSL_GUARDED_BY(mutex_) = true;
  int64_t crowd_ ABSL_GUARDED_BY(mutex_) = 0;
  PerDeed inside_ ABSL_GUARDED_BY(mutex_) = {};
  PerDeed answered_ ABSL_GUARDED_BY(mutex_) = {};
  int64_t attempts_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_LOAD_GATE_H_
