// What people ask about pools as a whole.

#ifndef HOLDFAST_CONTROLLER_ROUTER_ADMIN_POOLS_H_
#define HOLDFAST_CONTROLLER_ROUTER_ADMIN_POOLS_H_

#include "absl/status/status.h"
#include "controller/router/hop.h"
#include "holdfast/v1/admin.pb.h"

namespace holdfast::controller {

// Every pool that is connected, with its numbers; those that are not, and
// agents that have told of none yet, with `error`; those that were forgotten,
// marked so. Always OK.
absl::Status ListAllPools(const Hop& hop, v1::ListPoolsResponse& response);

// Strikes a pool off: see Agents::Forget. INVALID_ARGUMENT for what is neither
// a uuid nor a home, FAILED_PRECONDITION unless the data is said to be lost.
absl::Status ForgetOnePool(const Hop& hop,
                           const v1::ForgetPoolRequest& request);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_ADMIN_POOLS_H_
