// What attach and detach have in common.

#ifndef HOLDFAST_CLI_PLACE_COMMAND_H_
#define HOLDFAST_CLI_PLACE_COMMAND_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/attachment.h"
#include "cli/command.h"
#include "cli/options.h"

namespace holdfast::cli {

// A volume and a path on this machine, as they were written.
struct PlaceArguments {
  Servers servers;
  std::string volume;
  std::string path;
  std::string staging = "/run/holdfast/attached";
};

// VOLUME, PATH, which `path_help` explains, --staging and the servers.
void AddPlace(CLI::App& app, PlaceArguments& arguments,
              const std::string& path_help);

// Looks the volume up and does `what` to it; the answer is what it was done to.
absl::StatusOr<AttachSpec> AtPlace(
    const PlaceArguments& arguments,
    absl::FunctionRef<absl::Status(Attachments&, AttachSpec)> what);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_PLACE_COMMAND_H_
