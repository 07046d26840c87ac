#include "driver/controller_daemon.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "base/status.h"
#include "controller/router/admin_router_service.h"
#include "controller/router/agents.h"
#include "controller/router/discovery.h"
#include "controller/router/duplicates.h"
#include "controller/router/forgotten_pools.h"
#include "controller/router/known_pools.h"
#include "controller/router/router_service.h"
#include "driver/front.h"
#include "driver/process_metrics.h"
#include "identity/driver_info.h"
#include "identity/identity_service.h"
#include "os/kernel.h"
#include "rpc/call.h"
#include "rpc/resolver.h"

namespace holdfast::driver {
namespace {

using controller::ForgottenPools;
using controller::KnownPools;

absl::StatusOr<std::vector<controller::AgentSource>> ParseAll(
    const std::vector<std::string>& texts) {
  std::vector<controller::AgentSource> sources;
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(auto source, controller::ParseAgentSource(text));
    sources.push_back(std::move(source));
  }
  return sources;
}

absl::StatusOr<std::unique_ptr<ForgottenPools>> OpenState(
    const os::Kernel& kernel, const std::string& directory) {
  if (directory.empty()) return std::make_unique<ForgottenPools>();
  ASSIGN_OR_RETURN(auto homes, ForgottenPools::Load(*kernel.files, directory));
  return std::make_unique<ForgottenPools>(*kernel.files, *kernel.data_files,
                                          directory, std::move(homes));
}

absl::StatusOr<std::unique_ptr<KnownPools>> OpenKnown(
    const os::Kernel& kernel, const std::string& directory) {
  if (directory.empty()) return std::make_unique<KnownPools>();
  ASSIGN_OR_RETURN(auto pools, KnownPools::Load(*kernel.files, directory,
                                                identity::kTopologyKey));
  return std::make_unique<KnownPools>(*kernel.files, *kernel.data_files,
                                      directory, std::move(pools));
}

controller::AnnouncementKeys Keys() {
  return {.pools = identity::kManifestPools,
          .node = identity::kManifestNode,
          .topology = identity::kTopologyKey};
}

}  // namespace

absl::Status RunControllerDaemon(const ControllerOptions& options) {
  ASSIGN_OR_RETURN(auto sources, ParseAll(options.agents));
  Metrics metrics;
  AddProcessMetrics(metrics);
  rpc::Calls calls(metrics);
  const os::Kernel kernel = os::LinuxKernel(metrics);
  ASSIGN_OR_RETURN(const auto forgotten, OpenState(kernel, options.state));
  ASSIGN_OR_RETURN(const auto known, OpenKnown(kernel, options.state));
  controller::Appearances appearances;
  controller::Agents agents({.keys = Keys(),
                             .forgotten = *forgotten,
                             .known = *known,
                             .appearances = appearances});
  const auto resolver = rpc::SystemResolver();
  controller::Discovery discovery(std::move(sources), *resolver, agents);
  controller::Duplicates duplicates(agents, appearances, metrics);
  const rpc::Readiness ready = [&agents] { return agents.CheckReady(); };
  controller::RouterService router(agents, calls);
  controller::AdminRouterService admin(agents, calls);
  identity::IdentityService identity(calls, {}, ready);

  Front front;
  RETURN_IF_ERROR(front.ServeHttp(options.http_address, metrics, ready));
  RETURN_IF_ERROR(front.Serve(options.endpoint, {&identity, &router, &admin}));
  front.RunUntilStop(options.shutdown_grace);
  return absl::OkStatus();
}

}  // namespace holdfast::driver
