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
  bool read_only = false;
};

absl::Status Attach(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(const std::string path, AbsolutePath(arguments.path));
  ASSIGN_OR_RETURN(const std::string staging, AbsolutePath(arguments.staging));
  ASSIGN_OR_RETURN(const v1::Volume volume,
                   LookUpVolume(arguments.servers, arguments.volume));
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> node,
                   ConnectNode(arguments.servers));
  Metrics metrics;
  const os::Kernel kernel = os::LinuxKernel(metrics);
  Attachments attachments({.node = *node, .mounts = *kernel.mounts}, staging);
  RETURN_IF_ERROR(attachments.Attach(
      {.volume_id = volume.id(),
       .path = path,
       .access_type = AccessTypeOf(volume.access_type()),
       .mode = arguments.read_only ? backend::AttachMode::kReadOnly
                                   : backend::AttachMode::kReadWrite}));
  console.out << volume.id() << " is at " << path << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("VOLUME", arguments->volume, "its id, name or namespace/claim")
      ->required();
  app.add_option(
         "PATH", arguments->path,
         "an empty directory or a new name; for a block volume a new name")
      ->required();
  app.add_flag("--read-only", arguments->read_only,
               "it cannot be written to through this path");
  app.add_option("--staging", arguments->staging,
                 "where volumes are mounted first")
      ->capture_default_str();
  AddServer(app, arguments->servers);
  AddNodeServer(app, arguments->servers);
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
