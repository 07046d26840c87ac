// What the operations of holdfast.v1.Admin answer, in the driver's own words.

#ifndef HOLDFAST_CONTROLLER_ADMIN_ANSWERS_H_
#define HOLDFAST_CONTROLLER_ADMIN_ANSWERS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "backend/types.h"

namespace holdfast::controller {

// Where the objects of an answer are.
struct Places {
  std::string node_id;
  std::map<std::string, std::string> pool_names;  // by home
};

template <typename T>
struct Placed {
  Places places;
  T content;
};

struct PoolReport {
  backend::PoolState state;  // only its identity, unless `status` is OK
  std::string node_id;
  absl::Status status;
};

struct ListedVolume {
  struct Device {
    backend::AttachMode mode = backend::AttachMode::kReadWrite;
    std::string path;
  };
  backend::Volume volume;
  std::vector<Device> devices;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ADMIN_ANSWERS_H_
