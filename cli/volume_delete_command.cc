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
  std::vector<std::string> volumes;
};

absl::Status Delete(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> controller,
                   ConnectController(arguments.servers));
  for (const std::string& word : arguments.volumes) {
    ASSIGN_OR_RETURN(const v1::Volume volume,
                     LookUpVolume(arguments.servers, word));
    const absl::Status status = controller->DeleteVolume(volume.id());
    if (!status.ok()) return Annotate(status, word);
    console.out << volume.id() << " deleted" << std::endl;
  }
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("VOLUME", arguments->volumes, "ids, names or namespace/claim")
      ->required();
  AddServer(app, arguments->servers);
  return [=](Console& console) { return Delete(*arguments, console); };
}

}  // namespace

Command VolumeDeleteCommand() {
  return {
      .name = "volume delete",
      .summary = "Move volumes to the trash",
      .help =
          R"(Refused while a volume is in use. It can come back for a while; see:
holdfast help trash.)",
      .examples = "holdfast volume delete data",
      .declare = &Declare};
}

}  // namespace holdfast::cli
