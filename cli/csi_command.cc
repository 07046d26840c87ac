#include <CLI/CLI.hpp>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>

#include "base/status.h"
#include "cli/command.h"
#include "cli/connection.h"
#include "cli/csi_rpcs.h"
#include "cli/json.h"
#include "cli/options.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  Servers servers;
  std::string rpc;
  std::string request;
};

std::string ReadAll(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), {}};
}

absl::Status Call(const Arguments& arguments, Console& console) {
  if (arguments.rpc.empty()) {
    return absl::InvalidArgumentError(
        "name the call that shall be made; see: holdfast csi list");
  }
  ASSIGN_OR_RETURN(const Rpc* const rpc, FindRpc(arguments.rpc));
  const std::unique_ptr<Message> request = NewRequest(*rpc);
  RETURN_IF_ERROR(FromJson(
      arguments.request == "-" ? ReadAll(console.in) : arguments.request,
      *request));
  const Servers& servers = arguments.servers;
  ASSIGN_OR_RETURN(const Connection connection,
                   Connection::Open(IsNodeRpc(*rpc) ? servers.node_endpoint
                                                    : servers.endpoint,
                                    {.timeout = servers.timeout}));
  ASSIGN_OR_RETURN(const std::unique_ptr<Message> response,
                   CallRpc(connection, *rpc, *request));
  console.out << ToJson(*response) << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  arguments->request = "{}";
  app.add_option("RPC", arguments->rpc, "the call, like ListVolumes");
  app.add_option("JSON", arguments->request,
                 "the request; - reads it from standard input [{}]");
  AddServer(app, arguments->servers);
  AddNodeServer(app, arguments->servers);
  return [=](Console& console) { return Call(*arguments, console); };
}

}  // namespace

Command CsiCommand() {
  return {.name = "csi",
          .summary = "Make a CSI call",
          .help = R"(Request and response are JSON with the names of csi.proto.
Calls of the Node service go to --node_endpoint, all others to --endpoint. Give
requests with secrets on standard input: others can read a command line.)",
          .examples = R"(holdfast csi GetPluginInfo
holdfast csi ListVolumes '{"max_entries": 10}'
echo '{"volume_id": "ID"}' | holdfast csi DeleteVolume -)",
          .declare = &Declare};
}

}  // namespace holdfast::cli
