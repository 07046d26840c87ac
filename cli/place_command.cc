#include "cli/place_command.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "base/metrics.h"
#include "base/status.h"
#include "cli/clients.h"
#include "cli/local_pool.h"
#include "os/kernel.h"

namespace holdfast::cli {

void AddPlace(CLI::App& app, PlaceArguments& arguments,
              const std::string& path_help) {
  app.add_option("VOLUME", arguments.volume, "its id, name or namespace/claim")
      ->required();
  app.add_option("PATH", arguments.path, path_help)->required();
  app.add_option("--staging", arguments.staging,
                 "where volumes are mounted first")
      ->capture_default_str();
  AddServer(app, arguments.servers);
  AddNodeServer(app, arguments.servers);
}

absl::StatusOr<AttachSpec> AtPlace(
    const PlaceArguments& arguments,
    absl::FunctionRef<absl::Status(Attachments&, AttachSpec)> what) {
  ASSIGN_OR_RETURN(const std::string path, AbsolutePath(arguments.path));
  ASSIGN_OR_RETURN(const std::string staging, AbsolutePath(arguments.staging));
  ASSIGN_OR_RETURN(const v1::Volume volume,
                   LookUpVolume(arguments.servers, arguments.volume));
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> node,
                   ConnectNode(arguments.servers));
  Metrics metrics;
  const os::Kernel kernel = os::LinuxKernel(metrics);
  Attachments attachments({.node = *node, .mounts = *kernel.mounts}, staging);
  const AttachSpec spec{.volume_id = volume.id(),
                        .path = path,
                        .access_type = AccessTypeOf(volume.access_type())};
  RETURN_IF_ERROR(what(attachments, spec));
  return spec;
}

}  // namespace holdfast::cli
