// How much of its time a call passes on.

#ifndef HOLDFAST_CONTROLLER_ROUTER_DEADLINE_H_
#define HOLDFAST_CONTROLLER_ROUTER_DEADLINE_H_

#include "absl/time/time.h"

namespace holdfast::controller {

// The deadline for whatever a call that has to end at `deadline` waits for:
// earlier by a twentieth of what is left at `now`, and at least by 10 ms, so
// that an answer which says what was left undone, and where, arrives in time.
absl::Time EarlierThan(absl::Time deadline, absl::Time now);

// The same for a question that several agents are asked and that the call can
// do without: half of what is left, at most 5 s, so that one agent which hangs
// leaves time for the others.
absl::Time ForQuestion(absl::Time deadline, absl::Time now);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_DEADLINE_H_
