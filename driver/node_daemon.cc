#include "driver/node_daemon.h"

#include <glog/logging.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "backend/idempotent_backend.h"
#include "backend/pool_metrics.h"
#include "backend/volume_file_system.h"
#include "base/keyed_lock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/status.h"
#include "controller/admin_service.h"
#include "controller/controller_service.h"
#include "controller/topology.h"
#include "driver/front.h"
#include "driver/node_pools.h"
#include "driver/process_metrics.h"
#include "identity/driver_info.h"
#include "identity/identity_service.h"
#include "node/healing_backend.h"
#include "node/node_service.h"
#include "node/volume_metrics.h"
#include "os/kernel.h"
#include "rpc/call.h"

namespace holdfast::driver {
namespace {

constexpr absl::Duration kRetry = absl::Milliseconds(200);

// See identity::kManifestPools.
std::string PoolsLine(const std::vector<PoolPlace>& places,
                      const backend::Backend& backend) {
  std::map<std::string, std::string> homes;
  for (const auto& pool : backend.Pools()) homes[pool.name] = pool.home;
  return absl::StrJoin(
      places, ",", [&homes](std::string* out, const PoolPlace& place) {
        absl::StrAppend(out, place.name, "=", homes[place.name]);
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
        pools_(options_, kernel_, file_systems_),
        backend_(pools_.backend()),
        node_(calls_, NodeParts(),
              {.node = {.node_id = options_.node_id, .segments = Segments()}}),
        healing_(NodeParts(), node_.staging_paths()),
        controller_(
            {.backend = healing_,
             .locks = locks_,
             .node = {.node_id = options_.node_id, .segments = Segments()}},
            calls_),
        admin_({.backend = backend_,
                .locks = locks_,
                .node = {.node_id = options_.node_id, .segments = Segments()}},
               calls_),
        identity_(calls_, nullptr, ready_),
        announcing_(
            calls_, [this] { return Manifest(); }, ready_),
        volume_metrics_({.backend = backend_,
                         .files = *kernel_.files,
                         .mounts = *kernel_.mounts}) {
    AddMetrics();
  }

  // In this order: the servers end before the pools are another's.
  absl::Status Run() {
    Front front;
    // What cannot be had now may be the predecessor's, as a pool is.
    NoteDoors(ServeMissing(front));
    pools_.Open();
    const absl::Status served = ServeUntilStop(front);
    front.Stop(options_.shutdown_grace);
    pools_.Close();
    return served;
  }

 private:
  void AddMetrics() {
    AddProcessMetrics(metrics_);
    metrics_.AddSource([this](MetricTable& table) {
      constexpr MetricTable::Family kLockAge{
          "lock_age_seconds",
          "Age of the oldest operation that holds a volume or snapshot."};
      table.Gauge(kLockAge, {}, absl::ToDoubleSeconds(locks_.OldestAge()));
      backend::AddPoolMetrics(backend_, table);
      volume_metrics_.Add(table);
    });
  }

  struct Door {
    std::string endpoint;
    std::vector<grpc::Service*> services;
    bool is_served = false;
  };

  std::map<std::string, std::string> Segments() const {
    return {{identity::kTopologyKey, options_.node_id}};
  }

  std::map<std::string, std::string> Manifest() const {
    return {{identity::kManifestPools, PoolsLine(options_.pools, backend_)},
            {identity::kManifestNode, options_.node_id}};
  }

  node::Parts NodeParts() {
    return {.backend = backend_,
            .file_systems = file_systems_,
            .files = *kernel_.files,
            .mounts = *kernel_.mounts,
            .locks = locks_,
            .data_files = *kernel_.data_files};
  }

  // A failure to serve is final once no pool is waited for: until then a
  // predecessor may hold pools and sockets.
  absl::Status ServeUntilStop(Front& front) {
    while (true) {
      const bool is_ready = pools_.CheckReady().ok();
      const absl::Status doors = ServeMissing(front);
      if (is_ready && doors.ok()) break;
      if (is_ready) return doors;
      NoteDoors(doors);
      RETURN_IF_ERROR(pools_.CheckHope());
      if (WaitForStop(kRetry)) return absl::OkStatus();
    }
    front.RunUntilStop(options_.shutdown_grace);
    return absl::OkStatus();
  }

  // Serves what is not served yet and can be. The agent's door opens with the
  // first pool: before that there is nothing to announce.
  absl::Status ServeMissing(Front& front) {
    absl::Status status = ServeHttp(front);
    status.Update(Serve(front, kubelet_));
    if (pools_.AnyOpen()) status.Update(Serve(front, agent_));
    return status;
  }

  // Both do nothing once they have succeeded.
  absl::Status ServeHttp(Front& front) {
    if (serves_http_) return absl::OkStatus();
    RETURN_IF_ERROR(front.ServeHttp(options_.http_address, metrics_, ready_));
    serves_http_ = true;
    return absl::OkStatus();
  }
  static absl::Status Serve(Front& front, Door& door) {
    if (door.is_served) return absl::OkStatus();
    RETURN_IF_ERROR(front.Serve(door.endpoint, door.services));
    door.is_served = true;
    return absl::OkStatus();
  }

  // Each failure once: it is tried again and again.
  void NoteDoors(const absl::Status& doors) {
    if (!doors.ok() && doors != doors_) {
      LOG(WARNING)
          << LogLine("waiting_for_endpoint").Add("error", doors.message());
    }
    doors_ = doors;
  }

  const NodeOptions options_;
  const os::Kernel kernel_;
  Metrics& metrics_;
  rpc::Calls calls_;
  KeyedLock locks_;
  backend::VolumeFileSystem file_systems_;
  NodePools pools_;
  backend::IdempotentBackend backend_;
  const rpc::Readiness ready_ = [this] { return pools_.CheckReady(); };
  node::NodeService node_;
  node::HealingBackend healing_;
  controller::ControllerService controller_;
  controller::AdminService admin_;
  identity::IdentityService identity_;
  identity::IdentityService announcing_;
  node::VolumeMetrics volume_metrics_;
  Door kubelet_{options_.endpoint, {&identity_, &node_}};
  Door agent_{options_.agent_endpoint, {&announcing_, &controller_, &admin_}};
  bool serves_http_ = false;
  absl::Status doors_;
};

}  // namespace

absl::Status RunNodeDaemon(const NodeOptions& options) {
  Metrics metrics;
  return NodeDaemon(options, os::LinuxKernel(metrics), metrics).Run();
}

}  // namespace holdfast::driver
