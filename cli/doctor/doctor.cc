#include "cli/doctor/doctor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/metrics.h"
#include "base/status.h"
#include "cli/doctor/grpc_admin_view.h"
#include "cli/doctor/render.h"
#include "os/kernel.h"
#include "rpc/endpoint.h"

namespace holdfast::cli::doctor {
namespace {

absl::StatusOr<Settings> ToSettings(const Options& options) {
  const struct {
    const char* name;
    const std::string& endpoint;
    Presence presence;
  } daemons[] = {
      {"the node daemon", options.node_endpoint, Presence::kHere},
      {"the agent of the node", options.agent_endpoint, Presence::kHere},
      {"the controller", options.controller_endpoint, Presence::kElsewhere}};
  Settings settings{.kubelet =
                        std::string(absl::StripSuffix(options.kubelet, "/"))};
  for (const auto& daemon : daemons) {
    if (daemon.endpoint.empty()) continue;
    ASSIGN_OR_RETURN(rpc::Endpoint endpoint,
                     rpc::ParseEndpoint(daemon.endpoint));
    settings.daemons.push_back({daemon.name, daemon.endpoint,
                                std::move(endpoint.path), daemon.presence});
  }
  return settings;
}

// The agent first: it knows what is on this machine. The node daemon's own
// socket has no Admin service.
std::vector<std::string> AdminEndpoints(const Options& options) {
  std::vector<std::string> endpoints;
  for (const std::string& text :
       {options.agent_endpoint, options.controller_endpoint}) {
    if (!text.empty()) endpoints.push_back(text);
  }
  return endpoints;
}

// Fixes are applied while the report is made; what is rendered of them later
// are only their sentences.
Report ExamineWith(const Settings& settings, AdminView& admin,
                   const Options& options,
                   const std::vector<const Check*>& checks) {
  Metrics metrics;
  const os::Kernel kernel = os::LinuxKernel(metrics);
  RealSockets sockets;
  Inventory inventory(admin);
  const World world{.files = *kernel.files,
                    .loops = *kernel.loops,
                    .mounts = *kernel.mounts,
                    .commands = *kernel.commands,
                    .sockets = sockets,
                    .admin = admin,
                    .inventory = inventory,
                    .settings = settings};
  return Examine(world, checks, options.mode);
}

}  // namespace

absl::StatusOr<Report> ExamineThisMachine(const Options& options) {
  ASSIGN_OR_RETURN(const auto checks, ChooseChecks(options.checks));
  ASSIGN_OR_RETURN(const Settings settings, ToSettings(options));
  GrpcAdminView admin(AdminEndpoints(options), options.timeout);
  return ExamineWith(settings, admin, options, checks);
}

absl::Status VerdictOn(const Report& report) {
  if (report.Worst() < Severity::kWarning) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "found ", Counted(CountOf(report, Severity::kError), "error"), " and ",
      Counted(CountOf(report, Severity::kWarning), "warning")));
}

}  // namespace holdfast::cli::doctor
