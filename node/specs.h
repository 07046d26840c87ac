// The requests of the Node service as our own structs: what travels below
// node_service.cc and validate.cc. Paths are absolute and in normal form
// unless said otherwise.

#ifndef HOLDFAST_NODE_SPECS_H_
#define HOLDFAST_NODE_SPECS_H_

#include <optional>
#include <string>

#include "backend/capability.h"
#include "backend/types.h"
#include "node/mount_flags.h"

namespace holdfast::node {

using backend::Capability;
using backend::NodeIdentity;

struct StageSpec {
  std::string volume_id;
  std::string staging_path;  // a directory that the caller made
  Capability capability;
  MountFlags flags;
};

struct UnstageSpec {
  std::string volume_id;
  std::string staging_path;
};

struct PublishSpec {
  std::string volume_id;
  std::string staging_path;
  std::string target_path;  // made by us, its parent by the caller
  Capability capability;
  MountFlags flags;
  // By the readonly flag, by a reader-only access mode or by a mount flag; a
  // recorded publication may make it read-only besides.
  bool read_only = false;
};

struct UnpublishSpec {
  std::string volume_id;
  std::string target_path;
};

struct ExpandSpec {
  std::string volume_id;
  std::string volume_path;  // or relative, where no volume is
  backend::CapacityRange capacity;
  // Nothing if the caller did not say.
  std::optional<backend::AccessType> access_type;
};

struct StatsSpec {
  std::string volume_id;
  std::string volume_path;  // or relative, where no volume is
};

// What is used of a volume; inodes are zero for a block volume.
struct Stats {
  backend::AccessType access_type = backend::AccessType::kMount;
  int64_t total_bytes = 0;
  int64_t available_bytes = 0;
  int64_t used_bytes = 0;
  int64_t total_inodes = 0;
  int64_t available_inodes = 0;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_SPECS_H_
