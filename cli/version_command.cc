#include <iostream>

#include "cli/command.h"

namespace holdfast::cli {
namespace {

absl::Status Version(const std::vector<std::string>&) {
  std::cout << "holdfast " HOLDFAST_VERSION << std::endl;
  return absl::OkStatus();
}

}  // namespace

const Command& VersionCommand() {
  static constexpr Command kCommand = {
      .name = "version",
      .words = "",
      .summary = "the version of this program",
      .help = "Prints the version of this program.\n",
      .word_count = 0,
      .run = &Version};
  return kCommand;
}

}  // namespace holdfast::cli
