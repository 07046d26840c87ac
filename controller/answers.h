// What the controller's operations answer, in the driver's own words.

#ifndef HOLDFAST_CONTROLLER_ANSWERS_H_
#define HOLDFAST_CONTROLLER_ANSWERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "backend/types.h"
#include "controller/topology.h"

namespace holdfast::controller {

// A volume, and from where it can be reached.
struct PlacedVolume {
  backend::Volume volume;
  Segments topology;
};

struct VolumeWithStatus {
  PlacedVolume placed;
  std::vector<std::string> published_node_ids;
};

struct ExpandedVolume {
  int64_t size_bytes = 0;
};

// Whether a volume has all the capabilities that were asked about.
struct Confirmation {
  // Empty: it has. Else what it lacks.
  std::string objection;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ANSWERS_H_
