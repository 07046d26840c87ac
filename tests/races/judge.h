// Whether what many callers were told can have happened one call after the
// other (linearizability, Herlihy and Wing 1990).

#ifndef HOLDFAST_TESTS_RACES_JUDGE_H_
#define HOLDFAST_TESTS_RACES_JUDGE_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/races/model.h"

namespace holdfast::races {

// One call. Times are numbers that no two events share, in their real order.
struct Call {
  Action action;
  Outcome outcome;
  int64_t begin = 0;
  int64_t end = 0;
};
std::string ToString(const Call& call);

struct Verdict {
  // States in which it can have ended; none: it cannot have happened.
  std::set<State> states;
  // Then: the first call that nothing explains, and what went before it.
  std::string wrong;
};

// Holds the calls against the model: there must be an order of them, in which
// each takes effect at one moment between its begin and its end, that leads
// from one of `states` through answers that the model gives. ABORTED has no
// effect, and needs another call in progress, of a verb that changes things.
Verdict Judge(const std::set<State>& states, const std::vector<Call>& calls);

}  // namespace holdfast::races

#endif  // HOLDFAST_TESTS_RACES_JUDGE_H_
