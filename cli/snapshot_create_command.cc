#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "base/status.h"
#include "cli/clients.h"
#include "cli/command.h"
#include "cli/options.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  Servers servers;
  std::string volume;
  std::string name;
};

absl::Status Create(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(const v1::Volume volume,
                   LookUpVolume(arguments.servers, arguments.volume));
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> controller,
                   ConnectController(arguments.servers));
  ASSIGN_OR_RETURN(const std::string id,
                   controller->CreateSnapshot(arguments.name, volume.id()));
  console.out << id << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("VOLUME", arguments->volume, "its id, name or namespace/claim")
      ->required();
  app.add_option("NAME", arguments->name, "of the new snapshot")->required();
  AddServer(app, arguments->servers);
  return [=](Console& console) { return Create(*arguments, console); };
}

}  // namespace

Command SnapshotCreateCommand() {
  return {
      .name = "snapshot create",
      .summary = "Snapshot a volume",
      .help =
          R"(Prints the id. What was written before is in it, also while the volume is
in use.)",
      .examples = "holdfast snapshot create data before-upgrade",
      .declare = &Declare};
}

}  // namespace holdfast::cli
