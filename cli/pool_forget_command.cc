#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "base/status.h"
#include "cli/admin_client.h"
#include "cli/command.h"
#include "cli/options.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  Servers servers;
  std::string pool;
  bool data_is_lost = false;
};

absl::Status Forget(const Arguments& arguments, Console& console) {
  if (!arguments.data_is_lost) {
    return absl::InvalidArgumentError(
        "a pool is forgotten only when its disk will never come back; if that "
        "is so, repeat this with --data-is-lost");
  }
  ASSIGN_OR_RETURN(AdminClient admin, AdminClient::Connect(arguments.servers));
  RETURN_IF_ERROR(admin.ForgetPool(arguments.pool));
  console.out << "forgotten: " << arguments.pool << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("POOL", arguments->pool,
                 "its uuid or home, as `holdfast pools` shows it")
      ->required();
  app.add_flag("--data-is-lost", arguments->data_is_lost,
               "its volumes and snapshots are lost, and that is known");
  AddServer(app, arguments->servers);
  return [=](Console& console) { return Forget(*arguments, console); };
}

}  // namespace

Command PoolForgetCommand() {
  return {
      .name = "pool forget",
      .summary = "Strike off a pool that is gone for good",
      .help =
          R"(Volumes of a pool that is not connected are waited for. Of one that is
forgotten they count as gone: they can be deleted, and lists are complete without
them. Refused while a node serves the pool.)",
      .examples = "holdfast pool forget 5f2c9a1e03b7d846 --data-is-lost",
      .declare = &Declare};
}

}  // namespace holdfast::cli
