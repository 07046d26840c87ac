// The table of commands as a tree of CLI11.

#ifndef HOLDFAST_CLI_COMMAND_TREE_H_
#define HOLDFAST_CLI_COMMAND_TREE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/command.h"

namespace holdfast::cli {

// Not thread-safe. For one parse: CLI11 keeps what it parsed.
class CommandTree {
 public:
  explicit CommandTree(const std::vector<Command>& commands);
  ~CommandTree();

  CLI::App& root() { return *root_; }

  // After root().parse(): the command that the line named, null if it named
  // none or a group.
  const Action* chosen() const;
  // Its words, "" if there were none.
  std::string chosen_name() const;

 private:
  void Add(const Command& command);

  std::unique_ptr<CLI::App> root_;
  std::map<const CLI::App*, Action> actions_;
};

// The words that call `app`: "pool init", "" for the root.
std::string NameOf(const CLI::App& app);

// Its help, as --help shows it.
std::string HelpFor(const CLI::App& app);

// The command below `root` that `words` name, null if there is none.
CLI::App* FindCommand(CLI::App& root, const std::vector<std::string>& words);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_COMMAND_TREE_H_
