#include "cli/command.h"

#include <algorithm>
#include <cstring>
#include <iostream>
#include <optional>
#include <utility>

#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

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

// What is wrong with `argument`, should it be a flag. Abseil would end the
// process, with the exit code that is for failures here.
std::optional<std::string> FindMistake(absl::string_view argument) {
  if (!absl::ConsumePrefix(&argument, "--") || argument.empty()) return {};
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(argument, absl::MaxSplits('=', 1));
  absl::CommandLineFlag* flag = absl::FindCommandLineFlag(parts.first);
  if (flag == nullptr) return absl::StrCat("unknown flag --", parts.first);
  if (!absl::StrContains(argument, "=")) {
    return absl::StrCat("write --", parts.first, "=VALUE");
  }
  std::string error;
  if (flag->ParseFrom(parts.second, &error)) return {};
  return absl::StrCat("--", argument, ": ", error);
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
  std::vector<std::string> words;
  bool help = argc == 1;
  std::vector<std::string> mistakes;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (IsHelp(word)) {
      help = true;
    } else if (!absl::StartsWith(word, "--")) {
      words.push_back(word);
    } else if (auto mistake = FindMistake(word)) {
      mistakes.push_back(*mistake);
    }
  }
  const Command* command = Find(words);
  if (help && words.empty()) return PrintOverview(), argc == 1 ? 2 : 0;
  if (command == nullptr) {
    return Misuse(absl::StrCat("no such command: ", absl::StrJoin(words, " ")));
  }
  if (help) return PrintHelp(*command);
  if (!mistakes.empty()) return Misuse(absl::StrJoin(mistakes, "; "));
  absl::ParseCommandLine(argc, argv);  // reads --flagfile
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
