// A node daemon on the fake machine, from its services down to the disk.

#ifndef HOLDFAST_TESTS_RACES_DAEMON_H_
#define HOLDFAST_TESTS_RACES_DAEMON_H_

#include <grpcpp/grpcpp.h>

#include <string>
#include <thread>

#include "backend/idempotent_backend.h"
#include "base/metrics.h"
#include "controller/admin_service.h"
#include "controller/controller_service.h"
#include "node/healing_backend.h"
#include "node/node_service.h"
#include "rpc/call.h"
#include "rpc/grpc_status.h"
#include "tests/node/world.h"

namespace holdfast::races {

// Put together as driver/node_daemon.cc does it; only the kernel is not real.
// Each of its system calls lets other threads go first now and then, so that
// calls meet at every step of one another. Thread-safe.
class Daemon {
 public:
  Daemon() {
    machine_.kernel().calls().OnCall(
        [](const fakes::Call&) { std::this_thread::yield(); });
  }
  ~Daemon() { machine_.kernel().calls().OnCall(nullptr); }

  fakes::FakeKernel& kernel() { return machine_.kernel(); }
  backend::Backend& backend() { return backend_; }
  controller::ControllerService& controller() { return controller_; }
  node::NodeService& node() { return node_; }
  controller::AdminService& admin() { return admin_; }

  // Calls a method of one of the services as gRPC's threads do.
  template <typename Service, typename Base, typename Request,
            typename Response>
  static absl::Status Call(Service& service,
                           grpc::Status (Base::*method)(grpc::ServerContext*,
                                                        const Request*,
                                                        Response*),
                           const Request& request, Response& response) {
    grpc::ServerContext context;
    return rpc::FromGrpc((service.*method)(&context, &request, &response));
  }

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
  controller::PoolAccess Access(backend::Backend& backend) {
    return {.backend = backend, .locks = machine_.locks(), .node = kNode};
  }

  const controller::NodeIdentity kNode{
      .node_id = node::kNodeId,
      .segments = {{"csi.holdfast.dev/node", node::kNodeId}}};
  node::World machine_;
  Metrics metrics_;
  rpc::Calls calls_{metrics_};
  backend::IdempotentBackend backend_{machine_.backend()};
  node::NodeService node_{
      calls_,
      Parts(),
      {.node = {.node_id = kNode.node_id, .segments = kNode.segments}}};
  node::HealingBackend healing_{Parts(), node_.staging_paths()};
  controller::ControllerService controller_{Access(healing_), calls_};
  controller::AdminService admin_{Access(backend_), calls_};
};

}  // namespace holdfast::races

#endif  // HOLDFAST_TESTS_RACES_DAEMON_H_
