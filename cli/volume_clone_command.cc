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
  int64_t bytes = 0;
};

absl::Status Clone(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(const v1::Volume volume,
                   LookUpVolume(arguments.servers, arguments.volume));
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> controller,
                   ConnectController(arguments.servers));
  const int64_t bytes =
      arguments.bytes > 0 ? arguments.bytes : volume.size_bytes();
  ASSIGN_OR_RETURN(
      const VolumeInfo made,
      controller->CreateVolume(
          {.name = arguments.name,
           .capacity = {.required_bytes = bytes},
           .access_type = AccessTypeOf(volume.access_type()),
           .fs_type = volume.fs_type(),
           .source = {.kind = backend::ContentSource::Kind::kVolume,
                      .id = volume.id()}}));
  console.out << made.id << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("VOLUME", arguments->volume, "its id, name or namespace/claim")
      ->required();
  app.add_option("NAME", arguments->name, "of the new volume")->required();
  AddSize(app, "--size", arguments->bytes, "of the new volume [the same]");
  AddServer(app, arguments->servers);
  return [=](Console& console) { return Clone(*arguments, console); };
}

}  // namespace

Command VolumeCloneCommand() {
  return {
      .name = "volume clone",
      .summary = "Make a volume with the data of another",
      .help =
          R"(Prints its id. Takes no room until one of the two is written to.)",
      .examples = "holdfast volume clone data data-copy",
      .declare = &Declare};
}

}  // namespace holdfast::cli
