// Where volumes may be (CSI spec, "TopologyRequirement").

#ifndef HOLDFAST_CONTROLLER_TOPOLOGY_H_
#define HOLDFAST_CONTROLLER_TOPOLOGY_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backend/capability.h"

namespace holdfast::controller {

// One topology: every segment holds. {"topology.holdfast.io/node": "n1"}
using Segments = std::map<std::string, std::string>;

struct TopologyRequirement {
  // The volume has to be reachable from one of these; empty: from anywhere.
  std::vector<Segments> requisite;
  // A wish, best first.
  std::vector<Segments> preferred;
};

// The node whose pool a controller service manages: the only node from which
// its volumes can be reached.
using backend::NodeIdentity;

// True if a place with these segments lies within `wanted`: it has each of
// its keys (compared without case, as the spec says) with the same value. It
// may have more.
bool Within(const Segments& place, const Segments& wanted);

// True if `place` lies within one of the requisite topologies, or none is
// given. A wish that cannot be met refuses nothing.
bool Allows(const TopologyRequirement& requirement, const Segments& place);

// The rank of `place` among the preferred topologies, 0 the best; nothing if
// it lies in none of them.
std::optional<int> Preference(const TopologyRequirement& requirement,
                              const Segments& place);

// "{node=n1,zone=a}", for messages.
std::string ToString(const Segments& segments);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_TOPOLOGY_H_
