// What the controller's operations are asked: CSI requests after validation,
// in the driver's own words.

#ifndef HOLDFAST_CONTROLLER_REQUESTS_H_
#define HOLDFAST_CONTROLLER_REQUESTS_H_

#include <map>
#include <string>
#include <vector>

#include "backend/capability.h"
#include "backend/types.h"
#include "controller/topology.h"

namespace holdfast::controller {

using backend::Capability;

struct CreateVolumeArgs {
  backend::VolumeSpec spec;
  TopologyRequirement topology;
};

struct PublishArgs {
  std::string volume_id;
  std::string node_id;
  Capability capability;
  bool read_only = false;
};

struct UnpublishArgs {
  std::string volume_id;
  std::string node_id;  // empty: all nodes
};

struct ConfirmArgs {
  std::string volume_id;
  std::vector<Capability> capabilities;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> volume_context;
};

struct ListVolumesArgs {
  backend::PageRequest page;
};

struct ListSnapshotsArgs {
  backend::SnapshotFilter filter;
  backend::PageRequest page;
};

struct CapacityArgs {
  backend::CapacityQuery query;
  std::vector<Capability> capabilities;
  // Empty: anywhere.
  Segments topology;
};

struct ExpandArgs {
  std::string volume_id;
  backend::CapacityRange capacity;
  // Empty if the caller named none; else it has to be the volume's.
  std::vector<Capability> capabilities;
};

struct CreateSnapshotArgs {
  backend::SnapshotSpec spec;
  TopologyRequirement topology;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_REQUESTS_H_
