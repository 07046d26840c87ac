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
  std::string snapshot;
  std::string name;
  int64_t bytes = 0;
};

absl::Status Restore(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(const v1::Snapshot snapshot,
                   LookUpSnapshot(arguments.servers, arguments.snapshot));
  ASSIGN_OR_RETURN(const std::unique_ptr<CsiClient> controller,
                   ConnectController(arguments.servers));
  const int64_t bytes =
      arguments.bytes > 0 ? arguments.bytes : snapshot.size_bytes();
  ASSIGN_OR_RETURN(
      const VolumeInfo made,
      controller->CreateVolume(
          {.name = arguments.name,
           .capacity = {.required_bytes = bytes},
           .access_type = AccessTypeOf(snapshot.access_type()),
           .fs_type = snapshot.fs_type(),
           .source = {.kind = backend::ContentSource::Kind::kSnapshot,
                      .id = snapshot.id()}}));
  console.out << made.id << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("SNAPSHOT", arguments->snapshot, "its id or name")->required();
  app.add_option("NAME", arguments->name, "of the new volume")->required();
  AddSize(app, "--size", arguments->bytes,
          "of the new volume [that of the snapshot]");
  AddServer(app, arguments->servers);
  return [=](Console& console) { return Restore(*arguments, console); };
}

}  // namespace

Command SnapshotRestoreCommand() {
  return {
      .name = "snapshot restore",
      .summary = "Make a volume from a snapshot",
      .help =
          R"(Prints its id. The volume that was snapshotted stays as it is.)",
      .examples = "holdfast snapshot restore before-upgrade data-restored",
      .declare = &Declare};
}

}  // namespace holdfast::cli
