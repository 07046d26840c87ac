#include "absl/flags/flag.h"
#include "driver/checks.h"
#include "driver/common_flags.h"
#include "driver/options.h"
#include "rpc/endpoint.h"

ABSL_FLAG(std::vector<std::string>, agents, {},
          "Agent sockets of the node daemons, separated by commas: "
          "unix:///absolute/path.sock.");

namespace holdfast::driver {
namespace {

constexpr char kSummary[] =
    "holdfast-controller: provisions, snapshots and expands volumes by routing "
    "each call to the node whose pool it concerns.";

void CheckFlags(const ControllerOptions& options, Checks& checks) {
  CheckCommonFlags(checks);
  checks.Require(!options.agents.empty(), "agents",
                 "a list of at least one agent's socket");
  for (const std::string& agent : options.agents) {
    checks.RequireOk(rpc::ParseEndpoint(agent).status(), "agents");
  }
}

}  // namespace

ControllerOptions ParseControllerOptions(int argc, char** argv) {
  Checks checks = ParseCommandLine(argc, argv, kSummary);
  ControllerOptions options{
      .endpoint = EndpointFlag(),
      .agents = absl::GetFlag(FLAGS_agents),
      .http_address = absl::GetFlag(FLAGS_http_address),
      .shutdown_grace = absl::GetFlag(FLAGS_shutdown_grace),
      .log_verbosity = absl::GetFlag(FLAGS_log_verbosity),
  };
  CheckFlags(options, checks);
  checks.ExitOnMistakes();
  return options;
}

}  // namespace holdfast::driver
