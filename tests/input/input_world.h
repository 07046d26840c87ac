// A node daemon on the fake machine, from its services down to the disk: what
// the tables of bad requests and the fuzzers talk to.

#ifndef HOLDFAST_TESTS_INPUT_INPUT_WORLD_H_
#define HOLDFAST_TESTS_INPUT_INPUT_WORLD_H_

#include <string>
#include <vector>

#include "backend/idempotent_backend.h"
#include "backend/pool_set.h"
#include "base/metrics.h"
#include "controller/controller_service.h"
#include "node/healing_backend.h"
#include "node/node_service.h"
#include "rpc/call.h"
#include "tests/input/rpcs.h"
#include "tests/node/world.h"

namespace holdfast::input {

// Everything is real but the kernel, put together as driver/node_daemon.cc
// does it.
class InputWorld {
 public:
  node::World& machine() { return machine_; }
  controller::ControllerService& controller() { return controller_; }
  Services services() { return {controller_, node_}; }
  // Where the pool is: as ids name it.
  std::string home() { return machine_.backend().Pools().front().home; }

  Answer Call(const google::protobuf::Message& request) {
    return FindRpc(request.GetDescriptor()->name())->call(services(), request);
  }
  std::vector<std::string> Describe() { return machine_.kernel().Describe(); }

 private:
  node::Parts Parts() {
    node::Parts parts = machine_.parts();
    return {.backend = backend_,
            .file_systems = parts.file_systems,
            .files = parts.files,
            .mounts = parts.mounts,
            .locks = parts.locks,
            .data_files = parts.data_files};
  }

  node::World machine_;
  Metrics metrics_;
  rpc::Calls calls_{metrics_};
  backend::PoolSet pools_{{{.name = "default", .backend = machine_.backend()}}};
  backend::IdempotentBackend backend_{pools_};
  const node::NodeIdentity identity_{
      .node_id = node::kNodeId,
      .segments = {{"csi.holdfast.dev/node", node::kNodeId}}};
  node::NodeService node_{calls_, Parts(), {.node = identity_}};
  node::HealingBackend healing_{Parts(), node_.staging_paths()};
  controller::ControllerService controller_{
      {.backend = healing_,
       .locks = machine_.locks(),
       .node = {.node_id = identity_.node_id, .segments = identity_.segments}},
      calls_};
};

}  // namespace holdfast::input

#endif  // HOLDFAST_TESTS_INPUT_INPUT_WORLD_H_
