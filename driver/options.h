// What the daemons are told on their command lines: read once, checked as a
// whole, then immutable. The only place where flags are read.

#ifndef HOLDFAST_DRIVER_OPTIONS_H_
#define HOLDFAST_DRIVER_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "driver/pool_places.h"

namespace holdfast::driver {

struct NodeOptions {
  std::string endpoint;        // of the CSI socket for the kubelet
  std::string agent_endpoint;  // of the controller services of the pools
  std::vector<PoolPlace> pools;
  std::string pool_mounts;  // directory for mounts of devices and images
  std::string node_id;
  double pool_reserve_ratio = 0;     // of the pool's size
  double pool_overcommit_ratio = 0;  // of promises to what the pool can keep
  absl::Duration trash_retention;
  std::string default_fs_type;  // of volumes whose StorageClass names none
  std::string http_address;     // host:port; empty: none
  absl::Duration shutdown_grace;
  int log_verbosity = 0;
};

struct ControllerOptions {
  std::string endpoint;             // of the CSI socket for the sidecars
  std::vector<std::string> agents;  // where the node daemons' agents are
  std::string state;                // directory of what it must not forget
  std::string http_address;         // host:port; empty: none
  absl::Duration shutdown_grace;
  int log_verbosity = 0;
};

// Parse the command line and the environment (CSI_ENDPOINT stands in for
// --endpoint, as the CSI specification asks). On mistakes every one of them is
// printed and the process exits with 2; --help and --version exit with 0.
NodeOptions ParseNodeOptions(int argc, char** argv);
ControllerOptions ParseControllerOptions(int argc, char** argv);

}  // namespace holdfast::driver

#endif  // HOLDFAST_DRIVER_OPTIONS_H_
