#include <CLI/CLI.hpp>
#include <ostream>

#include "cli/command.h"
#include "cli/csi_rpcs.h"
#include "cli/table.h"

namespace holdfast::cli {
namespace {

absl::Status List(Console& console) {
  Table table(console.out, {{"SERVICE"}, {"RPC"}});
  for (const Rpc* const rpc : AllRpcs()) {
    table.Add({rpc->service()->name(), rpc->name()});
  }
  table.Finish();
  return absl::OkStatus();
}

Action Declare(CLI::App&) { return &List; }

}  // namespace

Command CsiListCommand() {
  return {.name = "csi list",
          .summary = "List the calls that CSI has",
          .help = "",
          .examples = "holdfast csi list",
          .declare = &Declare};
}

}  // namespace holdfast::cli
