#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "controller/router/discovery.h"
#include "driver/checks.h"
#include "driver/common_flags.h"
#include "driver/options.h"

ABSL_FLAG(std::vector<std::string>, agents, {},
          "Agents of the node daemons, separated by commas: "
          "unix:///absolute/path.sock, tcp://127.0.0.1:port, or "
          "dns:///name:port, of which every address is an agent.");
ABSL_FLAG(std::string, state, "",
          "Directory, which outlives the controller, for what people tell it: "
          "which pools are gone for good. Empty: it cannot be told.");

namespace holdfast::driver {
namespace {

constexpr char kSummary[] =
    "holdfast-controller: provisions, snapshots and expands volumes by routing "
    "each call to the node whose pool it concerns.";

void CheckFlags(const ControllerOptions& options, Checks& checks) {
  CheckCommonFlags(checks);
  checks.Require(!options.agents.empty(), "agents",
                 "a list of at least one agent");
  for (const std::string& agent : options.agents) {
    checks.RequireOk(controller::ParseAgentSource(agent).status(), "agents");
  }
  checks.Require(options.state.empty() || absl::StartsWith(options.state, "/"),
                 "state", "the absolute path of a directory");
}

}  // namespace

ControllerOptions ParseControllerOptions(int argc, char** argv) {
  Checks checks = ParseCommandLine(argc, argv, kSummary);
  ControllerOptions options{
      .endpoint = EndpointFlag(),
      .agents = absl::GetFlag(FLAGS_agents),
      .state = absl::GetFlag(FLAGS_state),
      .http_address = absl::GetFlag(FLAGS_http_address),
      .shutdown_grace = absl::GetFlag(FLAGS_shutdown_grace),
      .log_verbosity = absl::GetFlag(FLAGS_log_verbosity),
  };
  CheckFlags(options, checks);
  checks.ExitOnMistakes();
  return options;
}

}  // namespace holdfast::driver
