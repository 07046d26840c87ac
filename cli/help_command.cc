#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/command_tree.h"

namespace holdfast::cli {
namespace {

absl::Status Help(CLI::App& root, const std::vector<std::string>& words,
                  Console& console) {
  const CLI::App* const app = FindCommand(root, words);
  if (app == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("there is no command \"",
                                                   absl::StrJoin(words, " "),
                                                   "\"; see: holdfast help"));
  }
  console.out << HelpFor(*app);
  return absl::OkStatus();
}

Action Declare(CLI::App& app) {
  auto words = std::make_shared<std::vector<std::string>>();
  app.add_option("COMMAND", *words, "the words of a command");
  CLI::App* const root = app.get_parent();
  return [=](Console& console) { return Help(*root, *words, console); };
}

}  // namespace

Command HelpCommand() {
  return {.name = "help",
          .summary = "What a command does, and its options",
          .help = "",
          .examples = "holdfast help\nholdfast help pool init",
          .declare = &Declare};
}

}  // namespace holdfast::cli
