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
  std::string volume;
};

absl::Status ShowVolume(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(arguments.servers));
  ASSIGN_OR_RETURN(const v1::Volume volume, admin.FindVolume(arguments.volume));
  Show(volume, VolumeFacts(volume), arguments.output, console);
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("ID", arguments->volume, "its id, name or namespace/claim")
      ->required();
  AddServer(app, arguments->servers);
  AddOutput(app, arguments->output);
  return [=](Console& console) { return ShowVolume(*arguments, console); };
}

}  // namespace

Command VolumesShowCommand() {
  return {.name = "volumes show",
          .summary = "Show all about one volume",
          .help = "",
          .examples =
              "holdfast volumes show default/data\n"
              "holdfast volumes show data --output=json",
          .declare = &Declare};
}

}  // namespace holdfast::cli
