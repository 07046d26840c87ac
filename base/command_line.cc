#include "base/command_line.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <utility>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/log.h"

namespace holdfast {
namespace {

constexpr char kFlagFile[] = "--flagfile=";

bool IsFlag(absl::string_view argument) {
  return absl::StartsWith(argument, "--") && argument != "--" &&
         argument != "--help" && argument != "--version";
}

// Sets the flag that `argument` names, or says what is wrong with it.
std::optional<std::string> FindMistake(absl::string_view argument) {
  absl::ConsumePrefix(&argument, "--");
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

void SetFlag(absl::string_view argument, CommandLine& line) {
  if (auto mistake = FindMistake(argument)) {
    line.mistakes.push_back(*std::move(mistake));
  }
}

// A flag file that names another is a mistake like any unknown flag.
void SetFlagsFrom(const std::string& path, CommandLine& line) {
  std::ifstream file(path);
  if (!file) {
    line.mistakes.push_back(
        absl::StrCat(kFlagFile, path, ": ", std::strerror(errno)));
    return;
  }
  for (std::string text; std::getline(file, text);) {
    const absl::string_view argument = absl::StripAsciiWhitespace(text);
    if (argument.empty() || argument[0] == '#') continue;
    if (IsFlag(argument)) {
      SetFlag(argument, line);
    } else {
      line.mistakes.push_back(
          absl::StrCat(kFlagFile, path, ": no flag: ", Quote(argument)));
    }
  }
}

}  // namespace

CommandLine ReadCommandLine(int argc, char** argv) {
  CommandLine line;
  for (int i = 1; i < argc; ++i) {
    absl::string_view argument = argv[i];
    if (!IsFlag(argument)) {
      line.words.emplace_back(argument);
    } else if (absl::ConsumePrefix(&argument, kFlagFile)) {
      SetFlagsFrom(std::string(argument), line);
    } else {
      SetFlag(argument, line);
    }
  }
  return line;
}

std::string DescribeFlags(absl::string_view directory) {
  std::map<absl::string_view, const absl::CommandLineFlag*> flags;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (absl::StrContains(flag->Filename(), directory)) {
      flags.emplace(name, flag);
    }
  }
  std::string text;
  for (const auto& [name, flag] : flags) {
    absl::StrAppend(&text, "  --", name, "=", flag->DefaultValue(), "\n      ",
                    flag->Help(), "\n");
  }
  return text;
}

}  // namespace holdfast
