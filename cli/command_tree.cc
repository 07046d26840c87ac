#include "cli/command_tree.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace holdfast::cli {
namespace {

constexpr char kRootHelp[] = R"(Block storage for containers and hosts.

Commands that ask a daemon take --endpoint, by default $CSI_ENDPOINT and else
unix:///run/holdfast/controller/csi.sock.

Exit codes: 0 done, 1 failed, 2 not understood, 3 the daemon is not reachable.)";

std::string Footer(const Command& command) {
  if (*command.examples == '\0') return "";
  return absl::StrCat("Examples:\n  ",
                      absl::StrReplaceAll(command.examples, {{"\n", "\n  "}}));
}

std::string Description(const Command& command) {
  if (*command.help == '\0') return command.summary;
  return absl::StrCat(command.summary, "\n\n", command.help);
}

// CLI11 shows a command's description in the list of its group too, where one
// line is enough.
class Formatter : public CLI::Formatter {
 public:
  Formatter() { column_width(34); }
  // With a line between it and the usage.
  std::string make_description(const CLI::App* command) const override {
    return CLI::Formatter::make_description(command) + "\n";
  }
  std::string make_subcommand(const CLI::App* command) const override {
    const std::string all = command->get_description();
    std::stringstream line;
    CLI::detail::format_help(line, command->get_name(),
                             all.substr(0, all.find('\n')), get_column_width());
    return line.str();
  }
};

// The deepest command that was named.
const CLI::App* Deepest(const CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

}  // namespace

CommandTree::CommandTree(const std::vector<Command>& commands)
    : root_(std::make_unique<CLI::App>(kRootHelp, "holdfast")) {
  root_->formatter(std::make_shared<Formatter>());
  root_->require_subcommand(0, 1);
  for (const Command& command : commands) Add(command);
}

CommandTree::~CommandTree() = default;

void CommandTree::Add(const Command& command) {
  std::vector<std::string> words = absl::StrSplit(command.name, ' ');
  const std::string last = words.back();
  words.pop_back();
  CLI::App* const parent = FindCommand(*root_, words);
  CLI::App* const app = parent->add_subcommand(last, Description(command));
  app->footer(Footer(command));
  app->require_subcommand(0, 1);
  if (command.declare != nullptr) actions_[app] = command.declare(*app);
}

const Action* CommandTree::chosen() const {
  const auto found = actions_.find(Deepest(root_.get()));
  return found == actions_.end() ? nullptr : &found->second;
}

std::string CommandTree::chosen_name() const {
  return NameOf(*Deepest(root_.get()));
}

std::string NameOf(const CLI::App& app) {
  const CLI::App* const parent = app.get_parent();
  if (parent == nullptr) return "";
  const std::string above = NameOf(*parent);
  return above.empty() ? app.get_name()
                       : absl::StrCat(above, " ", app.get_name());
}

std::string HelpFor(const CLI::App& app) {
  const std::string name = NameOf(app);
  // Not App::help(): that of a command which has been parsed is its child's.
  return app.get_formatter()->make_help(
      &app, absl::StrCat("holdfast", name.empty() ? "" : " ", name),
      CLI::AppFormatMode::Normal);
}

CLI::App* FindCommand(CLI::App& root, const std::vector<std::string>& words) {
  CLI::App* app = &root;
  for (const std::string& word : words) {
    const std::vector<CLI::App*> named = app->get_subcommands(
        [&](const CLI::App* below) { return below->get_name() == word; });
    if (named.empty()) return nullptr;
    app = named.front();
  }
  return app;
}

}  // namespace holdfast::cli
