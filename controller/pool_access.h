// What every controller operation on one pool works with.

#ifndef HOLDFAST_CONTROLLER_POOL_ACCESS_H_
#define HOLDFAST_CONTROLLER_POOL_ACCESS_H_

#include <string>

#include "absl/status/status.h"
#include "backend/backend.h"
#include "base/keyed_lock.h"
#include "controller/topology.h"

namespace holdfast::controller {

// The backend (with the CSI rules on repeated calls: IdempotentBackend), the
// locks it asks its callers to hold, shared with the node service, and the
// node that it is on. Backend and locks must outlive whoever is given this.
struct PoolAccess {
  backend::Backend& backend;
  KeyedLock& locks;
  NodeIdentity node;
};

// OK if the object of this id would be in a pool served here, or the id is
// malformed (then there is no such object, which the backend says). UNAVAILABLE
// for a well-formed id of another pool: answering "gone" for it would lose it.
absl::Status CheckHere(const backend::Backend& backend, const std::string& id);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_POOL_ACCESS_H_
