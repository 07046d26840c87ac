// What callers were told, and when, and what may be found afterwards.

#ifndef HOLDFAST_TESTS_ROOT_LOAD_HISTORY_H_
#define HOLDFAST_TESTS_ROOT_LOAD_HISTORY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "tests/root/load/object_state.h"

namespace holdfast::root {

// The moment of a cut, or the time that a look took, lies between these two.
struct Cut {
  absl::Time begin;
  absl::Time end;
};

// Keeps the calls of each thing in order; one thing has one call at a time.
// Thread-safe.
class History {
 public:
  // A call begins that will leave these things so; Acknowledge says that it
  // was answered with OK.
  void Begin(const Facts& changes);
  void Acknowledge(const Facts& changes);

  // Calls acknowledged so far.
  int64_t acknowledged() const;

  // Holds what was found after a cut against what was told: every thing must
  // be as the last call left it that was acknowledged before the cut began,
  // or as a call left it that had begun before the cut ended. One line for
  // each that is not, and for each thing nobody ever asked for.
  std::vector<std::string> Judge(const Cut& cut, const Facts& found) const;

  // The same for the things in `found` alone, whatever others there are.
  std::vector<std::string> JudgeThese(const Cut& cut, const Facts& found) const;

 private:
  struct Event {
    absl::Time begin;
    absl::Time acknowledged = absl::InfiniteFuture();
    std::string state;
  };
  using Events = std::vector<Event>;

  // What it may be, for messages.
  static std::string Expected(const Events& events, const Cut& cut);
  static bool MayBe(const Events& events, const Cut& cut,
                    const std::string& found);

  mutable absl::Mutex mutex_;
  std::map<std::string, Events> things_ ABSL_GUARDED_BY(mutex_);
  int64_t acknowledged_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_LOAD_HISTORY_H_
