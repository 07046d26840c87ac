#include "cli/completion.h"

#include <CLI/CLI.hpp>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "cli/command_tree.h"

namespace holdfast::cli {
namespace {

// $NAMES: patterns of all commands. $CASES: the words after each. Bash takes
// "=" for a word of its own, so that --output=j arrives as three.
constexpr char kScript[] = R"(# source <(holdfast completion bash)
_holdfast_words() {
  case $1 in
$CASES
  esac
}

_holdfast() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local name='' next i words
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="${name:+$name }${COMP_WORDS[i]}"
    case $next in
      $NAMES) name=$next ;;
    esac
  done
  if [[ $word == '=' ]]; then
    word='' words=$before
  elif [[ $before == '=' ]]; then
    words=${COMP_WORDS[COMP_CWORD-2]}
  else
    words=''
  fi
  case $words in
    '') words=$(_holdfast_words "$name") ;;
    --output) words='table json' ;;
    *) words='' ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
    compopt -o nospace 2>/dev/null
  fi
  return 0
}

complete -o default -F _holdfast holdfast
)";

std::vector<const CLI::App*> Below(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

// The words that may follow the name of `app`.
std::string WordsAfter(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* const command : Below(app)) {
    words.push_back(command->get_name());
  }
  for (const CLI::Option* const option : app.get_options()) {
    const bool flag = option->get_items_expected_max() == 0;
    for (const std::string& name : option->get_lnames()) {
      words.push_back(absl::StrCat("--", name, flag ? "" : "="));
    }
  }
  return absl::StrJoin(words, " ");
}

struct Parts {
  std::vector<std::string> names;
  std::vector<std::string> cases;
};

void Walk(const CLI::App& app, Parts& parts) {
  const std::string name = absl::StrCat("'", NameOf(app), "'");
  if (app.get_parent() != nullptr) parts.names.push_back(name);
  parts.cases.push_back(
      absl::StrCat("    ", name, ") echo '", WordsAfter(app), "' ;;"));
  for (const CLI::App* const command : Below(app)) Walk(*command, parts);
}

}  // namespace

std::string BashCompletion(const CLI::App& root) {
  Parts parts;
  Walk(root, parts);
  return absl::StrReplaceAll(kScript,
                             {{"$NAMES", absl::StrJoin(parts.names, " | ")},
                              {"$CASES", absl::StrJoin(parts.cases, "\n")}});
}

}  // namespace holdfast::cli
