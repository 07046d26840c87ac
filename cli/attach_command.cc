#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "base/status.h"
#include "cli/command.h"
#include "cli/place_command.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  PlaceArguments place;
  bool read_only = false;
};

absl::Status Attach(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(
      const AttachSpec done,
      AtPlace(arguments.place, [&](Attachments& attachments, AttachSpec spec) {
        if (arguments.read_only) spec.mode = backend::AttachMode::kReadOnly;
        return attachments.Attach(spec);
      }));
  console.out << done.volume_id << " is at " << done.path << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  AddPlace(app, arguments->place,
           "an empty directory or a new name; for a block volume a new name");
  app.add_flag("--read-only", arguments->read_only,
               "it cannot be written to through this path");
  return [=](Console& console) { return Attach(*arguments, console); };
}

}  // namespace

Command AttachCommand() {
  return {
      .name = "attach",
      .summary = "Mount a volume on this host",
      .help =
          R"(For hosts without an orchestrator, as root. The volume must be in a pool of
this machine. It may be attached at several paths. Nothing is remembered: after a
reboot, attach it again.)",
      .examples =
          "holdfast attach data /srv/data\n"
          "holdfast attach data /srv/data-ro --read-only",
      .declare = &Declare};
}

}  // namespace holdfast::cli
