// What callers were told, and when, and what may be found after a power cut.

#ifndef HOLDFAST_TESTS_ROOT_LOAD_HISTORY_H_
#define HOLDFAST_TESTS_ROOT_LOAD_HISTORY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "tests/root/fixture/csi.h"

namespace holdfast::root {

// What there is to see of an object.
struct ObjectState {
  int64_t bytes = 0;
  std::string source;
  Access access = Access::kMount;
  std::string nodes;  // with a recorded publication, "a,b"
  std::string data;   // the name of what is known to be on it; often nothing
  friend bool operator==(const ObjectState&, const ObjectState&) = default;
};

// Nothing: the object does not exist.
using MaybeState = std::optional<ObjectState>;

// The moment of a cut lies between these two.
struct Cut {
  absl::Time begin;
  absl::Time end;
};

// Keeps the calls of each object in order; one object has one call at a time.
// Thread-safe.
class History {
 public:
  // A call begins that will leave the object in `state`; Acknowledge says that
  // it was answered with OK.
  void Begin(const std::string& id, const MaybeState& state);
  void Acknowledge(const std::string& id);

  // Calls acknowledged so far.
  int64_t acknowledged() const;

  // Holds what was found after a cut against what was told: every object must
  // be as the last call left it that was acknowledged before the cut began,
  // or as a call left it that had begun before the cut ended. One line for
  // each that is not, and for each object nobody ever asked for.
  std::vector<std::string> Judge(
      const Cut& cut, const std::map<std::string, ObjectState>& found) const;

 private:
  struct Event {
    absl::Time begin;
    absl::Time acknowledged = absl::InfiniteFuture();
    MaybeState state;
  };

  static bool MayBe(const std::vector<Event>& events, const Cut& cut,
                    const MaybeState& found);

  mutable absl::Mutex mutex_;
  std::map<std::string, std::vector<Event>> objects_ ABSL_GUARDED_BY(mutex_);
  int64_t acknowledged_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_LOAD_HISTORY_H_
