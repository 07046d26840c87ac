// CreateVolume over several pools.

#ifndef HOLDFAST_CONTROLLER_ROUTER_PLACEMENT_H_
#define HOLDFAST_CONTROLLER_ROUTER_PLACEMENT_H_

#include "absl/status/status.h"
#include "controller/requests.h"
#include "controller/router/choices.h"
#include "controller/router/hop.h"
#include "csi/v1/csi.pb.h"

namespace holdfast::controller {

// Makes each volume in one of the pools: in one that the parameter "pool"
// names, or without it in the first of an agent. A pool that the topology
// requirement allows and that has a volume of this name already wins; then the
// pool of the source; then the preferred ones in their order; then the one with
// the most room. A pool without room passes the request on to the next.
//
// While it is not known what became of an earlier call of the same name, its
// pool is asked first, and UNAVAILABLE if it does not answer: to go on without
// it could make two volumes. Once the pool is forgotten, the name is free.
// Thread-safe.
class Placement {
 public:
  // `args` is what `request` asks for. RESOURCE_EXHAUSTED if no pool is
  // allowed or has room, UNAVAILABLE if one that does not answer might;
  // INVALID_ARGUMENT for a pool's name that nobody knows.
  absl::Status Place(const Hop& hop, const CreateVolumeArgs& args,
                     const csi::v1::CreateVolumeRequest& request,
                     csi::v1::CreateVolumeResponse& response);

 private:
  // Asks the agents in turn, until one has room.
  absl::Status Try(const Hop& hop, const Roster& roster,
                   const csi::v1::CreateVolumeRequest& request,
                   csi::v1::CreateVolumeResponse& response);

  Choices choices_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_PLACEMENT_H_
