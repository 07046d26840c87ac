#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "base/metrics.h"
#include "base/status.h"
#include "cli/attachment.h"
#include "cli/clients.h"
#include "cli/command.h"
#include "cli/local_pool.h"
#include "cli/options.h"
#include "os/kernel.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  Servers servers;
  std::string volume;
  std::string path;
  std::string staging = "/run/holdfast/attached";
};

absl::Status Detach(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(const std::string path, AbsolutePath(arguments.path));
  ASSIGN_OR_RETURN(const std::string staging, AbsolutePath(arguments.staging));
  ASSIGN_OR_RETURN(const v1::Volume volume,
                   LookUpVolume(arguments.servers, arguments.volume));
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> node,
                   ConnectNode(arguments.servers));
  Metrics metrics;
  const os::Kernel kernel = os::LinuxKernel(metrics);
  Attachments attachments({.node = *node, .mounts = *kernel.mounts}, staging);
  RETURN_IF_ERROR(
      attachments.Detach({.volume_id = volume.id(),
                          .path = path,
                          .access_type = AccessTypeOf(volume.access_type())}));
  console.out << volume.id() << " is no longer at " << path << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("VOLUME", arguments->volume, "its id, name or namespace/claim")
      ->required();
  app.add_option("PATH", arguments->path, "where it is; removed")->required();
  app.add_option("--staging", arguments->staging,
                 "where volumes are mounted first")
      ->capture_default_str();
  AddServer(app, arguments->servers);
  AddNodeServer(app, arguments->servers);
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
