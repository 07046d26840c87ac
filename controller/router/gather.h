// What only all agents together can answer.

#ifndef HOLDFAST_CONTROLLER_ROUTER_GATHER_H_
#define HOLDFAST_CONTROLLER_ROUTER_GATHER_H_

#include "absl/status/status.h"
#include "controller/requests.h"
#include "controller/router/hop.h"
#include "csi/v1/csi.pb.h"

namespace holdfast::controller {

// Lists in order of ids, which is pool by pool. Complete, or UNAVAILABLE
// naming the agents that do not answer: callers take what is not listed for
// gone. Tokens: see list_token.h. `request` has been validated.
absl::Status GatherVolumes(const Hop& hop,
                           const csi::v1::ListVolumesRequest& request,
                           csi::v1::ListVolumesResponse& response);
// A filter has one address: its pool. Empty for a malformed id.
absl::Status GatherSnapshots(const Hop& hop,
                             const csi::v1::ListSnapshotsRequest& request,
                             csi::v1::ListSnapshotsResponse& response);

// The sum over the pools that the parameters mean (see pool_choice.h) and that
// can be reached now from the topology asked about; the largest maximum and the
// smallest minimum of them. UNAVAILABLE if there is none, but an agent that
// does not answer.
absl::Status GatherCapacity(const Hop& hop, const CapacityArgs& args,
                            const csi::v1::GetCapacityRequest& request,
                            csi::v1::GetCapacityResponse& response);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_GATHER_H_
