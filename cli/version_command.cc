#include <ostream>

#include "cli/command.h"

namespace holdfast::cli {
namespace {

absl::Status Version(Console& console) {
  console.out << "holdfast " HOLDFAST_VERSION << std::endl;
  return absl::OkStatus();
}

Action Declare(CLI::App&) { return &Version; }

}  // namespace

Command VersionCommand() {
  return {.name = "version",
          .summary = "The version of this program",
          .help = "",
          .examples = "holdfast version",
          .declare = &Declare};
}

}  // namespace holdfast::cli
