#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/status.h"
#include "cli/clients.h"
#include "cli/command.h"
#include "cli/options.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  Servers servers;
  std::vector<std::string> snapshots;
};

absl::Status Delete(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> controller,
                   ConnectController(arguments.servers));
  for (const std::string& word : arguments.snapshots) {
    ASSIGN_OR_RETURN(const v1::Snapshot snapshot,
                     LookUpSnapshot(arguments.servers, word));
    const absl::Status status = controller->DeleteSnapshot(snapshot.id());
    if (!status.ok()) return Annotate(status, word);
    console.out << snapshot.id() << " deleted" << std::endl;
  }
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("SNAPSHOT", arguments->snapshots, "ids or names")->required();
  AddServer(app, arguments->servers);
  return [=](Console& console) { return Delete(*arguments, console); };
}

}  // namespace

Command SnapshotDeleteCommand() {
  return {.name = "snapshot delete",
          .summary = "Move snapshots to the trash",
          .help = R"(Volumes that were made from one keep their data.)",
          .examples = "holdfast snapshot delete before-upgrade",
          .declare = &Declare};
}

}  // namespace holdfast::cli
