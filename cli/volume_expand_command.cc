#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "base/status.h"
#include "cli/clients.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/size.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  Servers servers;
  std::string volume;
  int64_t bytes = 0;
};

absl::Status Expand(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(const v1::Volume volume,
                   LookUpVolume(arguments.servers, arguments.volume));
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> controller,
                   ConnectController(arguments.servers));
  ASSIGN_OR_RETURN(
      const int64_t bytes,
      controller->ExpandVolume(volume.id(), arguments.bytes,
                               AccessTypeOf(volume.access_type())));
  console.out << volume.id() << " has " << FormatSize(bytes) << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("VOLUME", arguments->volume, "its id, name or namespace/claim")
      ->required();
  AddSize(app, "--size", arguments->bytes, "that it shall have")->required();
  AddServer(app, arguments->servers);
  return [=](Console& console) { return Expand(*arguments, console); };
}

}  // namespace

Command VolumeExpandCommand() {
  return {.name = "volume expand",
          .summary = "Make a volume larger",
          .help = R"(Also while it is in use. Its file system grows with it.)",
          .examples = "holdfast volume expand data --size=20GiB",
          .declare = &Declare};
}

}  // namespace holdfast::cli
