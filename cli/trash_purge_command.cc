#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/status.h"
#include "cli/admin_client.h"
#include "cli/bar.h"
#include "cli/command.h"
#include "cli/options.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  Servers servers;
  std::vector<std::string> keys;
  bool all = false;
  bool sure = false;
};

absl::StatusOr<std::vector<std::string>> Keys(const Arguments& arguments,
                                              AdminClient& admin) {
  if (!arguments.all) return arguments.keys;
  std::vector<std::string> keys;
  RETURN_IF_ERROR(admin.ListTrash(
      [&](const v1::TrashedObject& object) { keys.push_back(object.key()); }));
  return keys;
}

absl::Status CheckSure(const Arguments& arguments) {
  if (arguments.keys.empty() == !arguments.all) {
    return absl::InvalidArgumentError("give keys, or --all");
  }
  if (arguments.sure) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "what is purged does not come back; if that is what you want, repeat "
      "this with --yes");
}

absl::Status Purge(const Arguments& arguments, Console& console) {
  RETURN_IF_ERROR(CheckSure(arguments));
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(arguments.servers));
  ASSIGN_OR_RETURN(const std::vector<std::string> keys, Keys(arguments, admin));
  Bar bar(console, "purging", keys.size());
  for (const std::string& key : keys) {
    const absl::Status status = admin.Purge(key);
    // With --all: the daemon was faster.
    const bool gone = arguments.all && absl::IsNotFound(status);
    if (!status.ok() && !gone) return Annotate(status, key);
    bar.Advance();
  }
  console.out << keys.size() << " purged" << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("KEY", arguments->keys, "as `holdfast trash list` shows it");
  app.add_flag("--all", arguments->all, "all that is in the trash");
  app.add_flag("--yes", arguments->sure, "it shall be gone for good");
  AddServer(app, arguments->servers);
  return [=](Console& console) { return Purge(*arguments, console); };
}

}  // namespace

Command TrashPurgeCommand() {
  return {.name = "trash purge",
          .summary = "Delete for good what is in the trash",
          .help = "",
          .examples =
              "holdfast trash purge KEY --yes\n"
              "holdfast trash purge --all --yes",
          .declare = &Declare};
}

}  // namespace holdfast::cli
