#include "driver/controller_daemon.h"

#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/status.h"
#include "controller/router/agents.h"
#include "controller/router/router_service.h"
#include "driver/front.h"
#include "identity/driver_info.h"
#include "identity/identity_service.h"
#include "rpc/call.h"
#include "rpc/endpoint.h"

namespace holdfast::driver {
namespace {

absl::StatusOr<std::vector<rpc::Endpoint>> ParseAll(
    const std::vector<std::string>& texts) {
  std::vector<rpc::Endpoint> endpoints;
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(rpc::Endpoint endpoint, rpc::ParseEndpoint(text));
    endpoints.push_back(std::move(endpoint));
  }
  return endpoints;
}

}  // namespace

absl::Status RunControllerDaemon(const ControllerOptions& options) {
  ASSIGN_OR_RETURN(const auto endpoints, ParseAll(options.agents));
  Metrics metrics;
  rpc::Calls calls(metrics);
  controller::Agents agents(endpoints, {.pools = identity::kManifestPools,
                                        .node = identity::kManifestNode,
                                        .topology = identity::kTopologyKey});
  const rpc::Readiness ready = [&agents] { return agents.CheckReady(); };
  controller::RouterService router(agents, calls);
  identity::IdentityService identity(calls, {}, ready);

  Front front;
  RETURN_IF_ERROR(front.ServeHttp(options.http_address, metrics, ready));
  RETURN_IF_ERROR(front.Serve(options.endpoint, {&identity, &router}));
  front.RunUntilStop(options.shutdown_grace);
  return absl::OkStatus();
}

}  // namespace holdfast::driver
