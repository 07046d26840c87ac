// Which pools a request means.

#ifndef HOLDFAST_CONTROLLER_ROUTER_POOL_CHOICE_H_
#define HOLDFAST_CONTROLLER_ROUTER_POOL_CHOICE_H_

#include <google/protobuf/map.h>

#include <string>

#include "absl/status/statusor.h"
#include "controller/router/roster.h"

namespace holdfast::controller {

using Parameters = google::protobuf::Map<std::string, std::string>;

// Those of the roster that bear the name which the parameters give, or, when
// they give none, each agent's first: that is where an agent puts a volume
// then. The absent are those that may be meant. INVALID_ARGUMENT, with the
// known names, if nobody announces such a pool and everybody answers;
// UNAVAILABLE if somebody does not.
absl::StatusOr<Roster> MeantPools(const Roster& roster,
                                  const Parameters& parameters);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_POOL_CHOICE_H_
