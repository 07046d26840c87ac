#include "cli/run.h"

#include <CLI/CLI.hpp>
#include <ostream>

#include "absl/strings/string_view.h"
#include "cli/command_tree.h"
#include "cli/connection.h"

namespace holdfast::cli {
namespace {

std::string CodeName(const absl::Status& status) {
  return absl::StatusCodeToString(status.code());
}

// gRPC itself says nothing where a server has no such service.
absl::string_view What(const absl::Status& status) {
  if (!status.message().empty()) return status.message();
  return absl::IsUnimplemented(status)
             ? "the daemon has no such call; see that --endpoint is that of "
               "Holdfast's controller"
             : "no reason is given";
}

ExitCode Misuse(const CommandTree& tree, absl::string_view what,
                Console& console) {
  const std::string name = tree.chosen_name();
  const std::string space = name.empty() ? "" : " ";
  console.err << "holdfast" << space << name << ": " << what
              << "; see: holdfast help" << space << name << "\n";
  return ExitCode::kNotUnderstood;
}

// What CLI11 has to say: help that was asked for, or a mistake.
ExitCode Explain(const CLI::ParseError& error, CommandTree& tree,
                 Console& console) {
  if (error.get_exit_code() != 0) return Misuse(tree, error.what(), console);
  tree.root().exit(error, console.out, console.err);
  return ExitCode::kOk;
}

}  // namespace

ExitCode ExitCodeFor(const absl::Status& status) {
  if (status.ok()) return ExitCode::kOk;
  if (IsUnreachable(status)) return ExitCode::kNotReachable;
  if (absl::IsInvalidArgument(status)) return ExitCode::kNotUnderstood;
  return ExitCode::kFailed;
}

ExitCode RunCommandLine(int argc, const char* const* argv, Console& console) {
  CommandTree tree(AllCommands());
  if (argc <= 1) {
    console.err << HelpFor(tree.root());
    return ExitCode::kNotUnderstood;
  }
  try {
    tree.root().parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Explain(error, tree, console);
  }
  const Action* const action = tree.chosen();
  if (action == nullptr) return Misuse(tree, "a command is missing", console);
  const absl::Status status = (*action)(console);
  console.out.flush();
  if (!status.ok()) {
    console.err << "holdfast " << tree.chosen_name() << ": " << What(status)
                << " (" << CodeName(status) << ")\n";
  }
  return ExitCodeFor(status);
}

}  // namespace holdfast::cli
