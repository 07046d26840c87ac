#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/status.h"
#include "cli/admin_client.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/show.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  Servers servers;
  Output output = Output::kTable;
  std::string snapshot;
};

absl::Status ShowSnapshot(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(arguments.servers));
  ASSIGN_OR_RETURN(const v1::Snapshot snapshot,
                   admin.FindSnapshot(arguments.snapshot));
  Show(snapshot, SnapshotFacts(snapshot), arguments.output, console);
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("ID", arguments->snapshot, "its id or name")->required();
  AddServer(app, arguments->servers);
  AddOutput(app, arguments->output);
  return [=](Console& console) { return ShowSnapshot(*arguments, console); };
}

}  // namespace

Command SnapshotsShowCommand() {
  return {.name = "snapshots show",
          .summary = "Show all about one snapshot",
          .help = "",
          .examples = "holdfast snapshots show before-upgrade",
          .declare = &Declare};
}

}  // namespace holdfast::cli
