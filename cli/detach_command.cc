#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "base/status.h"
#include "cli/command.h"
#include "cli/place_command.h"

namespace holdfast::cli {
namespace {

absl::Status Detach(const PlaceArguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(
      const AttachSpec done,
      AtPlace(arguments, [](Attachments& attachments, const AttachSpec& spec) {
        return attachments.Detach(spec);
      }));
  console.out << done.volume_id << " is no longer at " << done.path
              << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<PlaceArguments>();
  AddPlace(app, *arguments, "where it is; removed");
  return [=](Console& console) { return Detach(*arguments, console); };
}

}  // namespace

Command DetachCommand() {
  return {
      .name = "detach",
      .summary = "Undo attach",
      .help =
          R"(Nothing may use the path any more. The directory or file at the path is
removed; the volume stays. Detached from its last path, the volume is not in use
any more.)",
      .examples = "holdfast detach data /srv/data",
      .declare = &Declare};
}

}  // namespace holdfast::cli
