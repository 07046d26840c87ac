// What the operations of the node work with.

#ifndef HOLDFAST_NODE_PARTS_H_
#define HOLDFAST_NODE_PARTS_H_

#include "backend/backend.h"
#include "backend/volume_file_system.h"
#include "base/keyed_lock.h"
#include "os/data_files.h"
#include "os/files.h"
#include "os/mounts.h"

namespace holdfast::node {

// All of it outlives the operations. `locks` is the one that the controller
// services of the same process use too: a volume is one key.
struct Parts {
  backend::Backend& backend;
  backend::VolumeFileSystem& file_systems;
  os::Files& files;
  os::Mounts& mounts;
  KeyedLock& locks;
  os::DataFiles& data_files;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_PARTS_H_
