#include "driver/node_daemon.h"

#include <glog/logging.h>

#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "backend/idempotent_backend.h"
#include "backend/late_backend.h"
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

std::string WaitingFor(const std::string& pool) {
  return absl::StrCat("the pool ", Quote(pool),
                      " is not open here yet: another process has it still, "
                      "or it is being read; try again");
}

// See identity::kManifestPools.
std::string PoolsLine(const backend::Backend& backend) {
  return absl::StrJoin(backend.Pools(), ",",
                       [](std::string* out, const backend::PoolIdentity& pool) {
                         absl::StrAppend(out, pool.name, "=", pool.home);
                       });
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
                      *kernel_.commands),
        late_(WaitingFor(options.pool)),
        backend_(late_),
        node_(calls_, NodeParts(),
              {.node = {.node_id = options_.node_id, .topology = Segments()}}),
        identity_(calls_, {}, ready_) {}

  absl::Status Run() {
    // In this order: the servers end before the pool is another's.
    PoolPointer pool;
    Front front;
    ASSIGN_OR_RETURN(pool, AwaitPool(front));
    if (pool == nullptr) {
      front.Stop(options_.shutdown_grace);
      return absl::OkStatus();
    }
    LOG(INFO) << LogLine("pool_open")
                     .Add("pool", options_.pool)
                     .Add("uuid", pool->uuid())
                     .Add("home", HomeOf(pool->uuid()));
    pool->Start();
    late_.Set(*pool);
    const absl::Status served = Serve(front);
    pool->Stop();
    return served;
  }

 private:
  std::map<std::string, std::string> Segments() const {
    return {{identity::kTopologyKey, options_.node_id}};
  }

  pool::PoolEnvironment Environment() {
    return {.files = *kernel_.files,
            .data_files = *kernel_.data_files,
            .loops = *kernel_.loops,
            .commands = *kernel_.commands,
            .volume_file_systems = file_systems_};
  }

  node::Parts NodeParts() {
    return {.backend = backend_,
            .file_systems = file_systems_,
            .files = *kernel_.files,
            .mounts = *kernel_.mounts,
            .locks = locks_};
  }

  // Null if the process was told to end first.
  absl::StatusOr<PoolPointer> AwaitPool(Front& front) {
    // What cannot be had now may be the predecessor's, as the pool is.
    absl::Status doors = ServeHttp(front);
    doors.Update(ServeKubelet(front));
    for (bool first = true;; first = false) {
      auto pool = pool::PoolBackend::Open(
          Environment(), options_.pool,
          {.reserve_ratio = options_.pool_reserve_ratio,
           .overcommit_ratio = options_.pool_overcommit_ratio});
      if (!absl::IsUnavailable(pool.status())) return pool;
      if (first) {
        LOG(WARNING) << LogLine("waiting_for_pool")
                            .Add("error", pool.status().message())
                            .Add("endpoints", doors.message());
      }
      ServeKubelet(front).IgnoreError();
      if (WaitForStop(kPoolRetry)) return PoolPointer();
    }
  }

  // Both do nothing once they have succeeded.
  absl::Status ServeHttp(Front& front) {
    if (serves_http_) return absl::OkStatus();
    RETURN_IF_ERROR(front.ServeHttp(options_.http_address, metrics_, ready_));
    serves_http_ = true;
    return absl::OkStatus();
  }
  absl::Status ServeKubelet(Front& front) {
    if (serves_kubelet_) return absl::OkStatus();
    RETURN_IF_ERROR(front.Serve(options_.endpoint, {&identity_, &node_}));
    serves_kubelet_ = true;
    return absl::OkStatus();
  }

  // Only now is there a pool to announce, and a failure final.
  absl::Status Serve(Front& front) {
    controller::ControllerService controller(
        {.backend = backend_,
         .locks = locks_,
         .node = {.node_id = options_.node_id, .segments = Segments()}},
        calls_);
    identity::IdentityService announcing(
        calls_,
        {{identity::kManifestPools, PoolsLine(late_)},
         {identity::kManifestNode, options_.node_id}},
        ready_);
    RETURN_IF_ERROR(ServeHttp(front));
    RETURN_IF_ERROR(ServeKubelet(front));
    RETURN_IF_ERROR(
        front.Serve(options_.agent_endpoint, {&announcing, &controller}));
    front.RunUntilStop(options_.shutdown_grace);
    return absl::OkStatus();
  }

  const NodeOptions options_;
  const os::Kernel kernel_;
  Metrics& metrics_;
  rpc::Calls calls_;
  KeyedLock locks_;
  backend::VolumeFileSystem file_systems_;
  backend::LateBackend late_;
  backend::IdempotentBackend backend_;
  const rpc::Readiness ready_ = [this] { return late_.CheckReady(); };
  node::NodeService node_;
  identity::IdentityService identity_;
  bool serves_http_ = false;
  bool serves_kubelet_ = false;
};

}  // namespace

absl::Status RunNodeDaemon(const NodeOptions& options) {
  Metrics metrics;
  return NodeDaemon(options, os::LinuxKernel(metrics), metrics).Run();
}

}  // namespace holdfast::driver
