#include "driver/node_daemon.h"

#include <glog/logging.h>

#include <map>
#include <memory>
#include <string>

#include "backend/idempotent_backend.h"
#include "backend/pool/pool_backend.h"
#include "backend/volume_file_system.h"
#include "base/ids.h"
#include "base/keyed_lock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/status.h"
#include "controller/controller_service.h"
#include "controller/topology.h"
#include "driver/front.h"
#include "identity/driver_info.h"
#include "identity/identity_service.h"
#include "node/node_service.h"
#include "os/kernel.h"
#include "rpc/call.h"

namespace holdfast::driver {
namespace {

constexpr absl::Duration kPoolRetry = absl::Milliseconds(200);

using PoolPointer = std::unique_ptr<pool::PoolBackend>;

absl::Status Ready() { return absl::OkStatus(); }

absl::StatusOr<PoolPointer> OpenPool(const pool::PoolEnvironment& environment,
                                     const NodeOptions& options) {
  const pool::PoolOptions pool_options{
      .reserve_ratio = options.pool_reserve_ratio,
      .overcommit_ratio = options.pool_overcommit_ratio};
  bool waiting = false;
  while (true) {
    auto pool =
        pool::PoolBackend::Open(environment, options.pool, pool_options);
    if (!absl::IsUnavailable(pool.status())) return pool;
    if (!std::exchange(waiting, true)) {
      LOG(WARNING) << LogLine("waiting_for_pool")
                          .Add("error", pool.status().message());
    }
    if (WaitForStop(kPoolRetry)) return pool;
  }
}

// Everything that lives as long as the process. Members are destroyed from
// the last to the first: nothing outlives what it was given.
class NodeDaemon {
 public:
  NodeDaemon(const NodeOptions& options, os::Kernel kernel, Metrics& metrics)
      : options_(options),
        kernel_(std::move(kernel)),
        metrics_(metrics),
        calls_(metrics),
        file_systems_(*kernel_.files, *kernel_.mounts, *kernel_.file_systems,
                      *kernel_.commands) {}

  absl::Status Run() {
    ASSIGN_OR_RETURN(PoolPointer pool, OpenPool(Environment(), options_));
    LOG(INFO) << LogLine("pool_open")
                     .Add("pool", options_.pool)
                     .Add("uuid", pool->uuid())
                     .Add("home", HomeOf(pool->uuid()));
    pool->Start();
    const absl::Status served = Serve(*pool);
    pool->Stop();
    return served;
  }

 private:
  pool::PoolEnvironment Environment() {
    return {.files = *kernel_.files,
            .data_files = *kernel_.data_files,
            .loops = *kernel_.loops,
            .commands = *kernel_.commands,
            .volume_file_systems = file_systems_};
  }

  absl::Status Serve(pool::PoolBackend& pool) {
    backend::IdempotentBackend backend(pool);
    const controller::NodeIdentity self{
        .node_id = options_.node_id,
        .segments = {{identity::kTopologyKey, options_.node_id}}};
    controller::ControllerService controller(
        {.backend = backend, .locks = locks_, .node = self}, calls_);
    node::NodeService node(calls_,
                           {.backend = backend,
                            .file_systems = file_systems_,
                            .files = *kernel_.files,
                            .mounts = *kernel_.mounts,
                            .locks = locks_},
                           {.node = {.node_id = self.node_id,
                                     .topology = self.segments}});
    identity::IdentityService for_kubelet(calls_, {}, Ready);
    identity::IdentityService for_controller(
        calls_,
        {{identity::kManifestPool, HomeOf(pool.uuid())},
         {identity::kManifestNode, options_.node_id}},
        Ready);

    Front front;
    RETURN_IF_ERROR(
        front.ServeHttp(options_.http_address, metrics_, Ready));
    RETURN_IF_ERROR(
        front.Serve(options_.agent_endpoint, {&for_controller, &controller}));
    RETURN_IF_ERROR(front.Serve(options_.endpoint, {&for_kubelet, &node}));
    front.RunUntilStop(options_.shutdown_grace);
    return absl::OkStatus();
  }

  const NodeOptions options_;
  const os::Kernel kernel_;
  Metrics& metrics_;
  rpc::Calls calls_;
  KeyedLock locks_;
  backend::VolumeFileSystem file_systems_;
};

}  // namespace

absl::Status RunNodeDaemon(const NodeOptions& options) {
  Metrics metrics;
  return NodeDaemon(options, os::LinuxKernel(metrics), metrics).Run();
}

}  // namespace holdfast::driver
