#include <CLI/CLI.hpp>
#include <ostream>

#include "cli/command.h"
#include "cli/completion.h"

namespace holdfast::cli {
namespace {

Action Declare(CLI::App& app) {
  // Below "completion", below the root, which is complete when this runs.
  const CLI::App* const root = app.get_parent()->get_parent();
  return [=](Console& console) {
    console.out << BashCompletion(*root) << std::flush;
    return absl::OkStatus();
  };
}

}  // namespace

Command CompletionBashCommand() {
  return {.name = "completion bash",
          .summary = "Print completion of holdfast for bash",
          .help = "For every new shell: put the example into ~/.bashrc.",
          .examples =
              "holdfast completion bash\n"
              "source <(holdfast completion bash)",
          .declare = &Declare};
}

}  // namespace holdfast::cli
