#include "base/command_line.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <set>
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

// A list that is given again goes on.
std::string WholeValue(const absl::CommandLineFlag& flag,
                       absl::string_view value, std::set<std::string>& given) {
  const bool is_first = given.insert(std::string(flag.Name())).second;
  if (is_first || !flag.IsOfType<std::vector<std::string>>()) {
    return std::string(value);
  }
  return absl::StrCat(flag.CurrentValue(), ",", value);
}

// Sets the flag that `argument` names, or says what is wrong with it.
std::optional<std::string> FindMistake(absl::string_view argument,
                                       std::set<std::string>& given) {
  absl::ConsumePrefix(&argument, "--");
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(argument, absl::MaxSplits('=', 1));
  absl::CommandLineFlag* flag = absl::FindCommandLineFlag(parts.first);
  if (flag == nullptr) return absl::StrCat("unknown flag --", parts.first);
  if (!absl::StrContains(argument, "=")) {
    return absl::StrCat("write --", parts.first, "=VALUE");
  }
  std::string error;
  if (flag->ParseFrom(WholeValue(*flag, parts.second, given), &error)) {
    return {};
  }
  return absl::StrCat("--", argument, ": ", error);
}

struct Reading {
  CommandLine line;
  std::set<std::string> given;  // names of flags
};

void SetFlag(absl::string_view argument, Reading& reading) {
  if (auto mistake = FindMistake(argument, reading.given)) {
    reading.line.mistakes.push_back(*std::move(mistake));
  }
}

// A flag file that names another is a mistake like any unknown flag.
void SetFlagsFrom(const std::string& path, Reading& reading) {
  std::ifstream file(path);
  if (!file) {
    reading.line.mistakes.push_back(
        absl::StrCat(kFlagFile, path, ": ", std::strerror(errno)));
    return;
  }
  for (std::string text; std::getline(file, text);) {
    const absl::string_view argument = absl::StripAsciiWhitespace(text);
    if (argument.empty() || argument[0] == '#') continue;
    if (IsFlag(argument)) {
      SetFlag(argument, reading);
    } else {
      reading.line.mistakes.push_back(
          absl::StrCat(kFlagFile, path, ": no flag: ", Quote(argument)));
    }
  }
}

}  // namespace

CommandLine ReadCommandLine(int argc, char** argv) {
  Reading reading;
  for (int i = 1; i < argc; ++i) {
    absl::string_view argument = argv[i];
    if (!IsFlag(argument)) {
      reading.line.words.emplace_back(argument);
    } else if (absl::ConsumePrefix(&argument, kFlagFile)) {
      SetFlagsFrom(std::string(argument), reading);
    } else {
      SetFlag(argument, reading);
    }
  }
  return std::move(reading.line);
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
