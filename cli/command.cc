#include "cli/command.h"

#include <algorithm>
#include <cstring>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/command_line.h"

namespace holdfast::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kNotUnderstood = 2;

int Misuse(absl::string_view what) {
  std::cerr << "holdfast: " << what << "\nSee: holdfast help\n";
  return kNotUnderstood;
}

void PrintOverview() {
  std::cout << "Usage: holdfast COMMAND [--flag=value]...\n\n";
  for (const Command& command : AllCommands()) {
    std::cout << absl::StreamFormat(
        "  %-26s %s\n", absl::StrCat(command.name, " ", command.words),
        command.summary);
  }
  std::cout << absl::StreamFormat("  %-26s %s\n", "help COMMAND",
                                  "what a command does, and its flags");
}

int PrintHelp(const Command& command) {
  std::cout << "Usage: holdfast " << command.name << " " << command.words
            << "\n\n"
            << command.help;
  return 0;
}

// The command that `words` begin with.
const Command* Find(const std::vector<std::string>& words) {
  for (const Command& command : AllCommands()) {
    const std::vector<std::string> name = absl::StrSplit(command.name, ' ');
    if (words.size() >= name.size() &&
        std::equal(name.begin(), name.end(), words.begin())) {
      return &command;
    }
  }
  return nullptr;
}

bool IsHelp(const std::string& word) {
  return word == "help" || word == "--help" || word == "-h";
}

int Run(const Command& command, const std::vector<std::string>& words) {
  if (words.size() != command.word_count) {
    return Misuse(
        absl::StrCat("usage: holdfast ", command.name, " ", command.words));
  }
  const absl::Status status = command.run(words);
  if (status.ok()) return 0;
  std::cerr << "holdfast " << command.name << ": " << status.message() << " ("
            << absl::StatusCodeToString(status.code()) << ")\n";
  return absl::IsInvalidArgument(status) ? kNotUnderstood : kFailed;
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  const CommandLine line = ReadCommandLine(argc, argv);
  std::vector<std::string> words = line.words;
  const bool help = argc == 1 || std::erase_if(words, IsHelp) > 0;
  const Command* command = Find(words);
  if (help && words.empty()) return PrintOverview(), argc == 1 ? 2 : 0;
  if (command == nullptr) {
    return Misuse(absl::StrCat("no such command: ", absl::StrJoin(words, " ")));
  }
  if (help) return PrintHelp(*command);
  if (!line.mistakes.empty()) {
    return Misuse(absl::StrJoin(line.mistakes, "; "));
  }
  const size_t name_words =
      std::count(command->name, command->name + std::strlen(command->name),
                 ' ') +
      1;
  return Run(*command, {words.begin() + name_words, words.end()});
}

const std::vector<Command>& AllCommands() {
  static const auto& commands = *new std::vector<Command>{
      PoolInitCommand(), PoolShowCommand(), DemoCommand(), ProbeCommand(),
      VersionCommand()};
  return commands;
}

}  // namespace holdfast::cli
