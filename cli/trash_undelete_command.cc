#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/status.h"
#include "cli/admin_client.h"
#include "cli/command.h"
#include "cli/options.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  Servers servers;
  std::vector<std::string> keys;
};

absl::Status Undelete(const Arguments& arguments, Console& console) {
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(arguments.servers));
  for (const std::string& key : arguments.keys) {
    const auto id = admin.Undelete(key);
    if (!id.ok()) return Annotate(id.status(), key);
    console.out << *id << std::endl;
  }
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("KEY", arguments->keys, "as `holdfast trash list` shows it")
      ->required();
  AddServer(app, arguments->servers);
  return [=](Console& console) { return Undelete(*arguments, console); };
}

}  // namespace

Command TrashUndeleteCommand() {
  return {
      .name = "trash undelete",
      .summary = "Bring deleted volumes and snapshots back",
      .help =
          R"(Prints the id of each. Kubernetes has forgotten the volume: it needs a
PersistentVolume with this id as volumeHandle.)",
      .examples = "holdfast trash undelete KEY",
      .declare = &Declare};
}

}  // namespace holdfast::cli
