// What a caller wants of a volume, and where one lives: the words that the
// node's services and the controller's share.

#ifndef HOLDFAST_BACKEND_CAPABILITY_H_
#define HOLDFAST_BACKEND_CAPABILITY_H_

#include <map>
#include <string>

#include "backend/types.h"

namespace holdfast::backend {

// How a caller wants to use a volume. The fs_type is empty for block, and in a
// request that leaves the choice open.
struct Capability {
  AccessType access_type = AccessType::kMount;
  std::string fs_type;
  std::string mount_group;  // not offered
  AccessMode access_mode = AccessMode::kSingleNodeWriter;
};

// What the orchestrator knows this machine by, and the topology within which
// its volumes can be reached: {"topology.holdfast.io/node": "n1"}.
struct NodeIdentity {
  std::string node_id;
  std::map<std::string, std::string> segments;
};

}  // namespace holdfast::backend

#endif  // HOLDFAST_BACKEND_CAPABILITY_H_
