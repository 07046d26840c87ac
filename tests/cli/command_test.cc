#include "cli/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/cli/scratch.h"

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;

struct Outcome {
  int exit_code = 0;
  std::string out;
  std::string err;
};

Outcome Holdfast(std::vector<std::string> words) {
  words.insert(words.begin(), "holdfast");
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.exit_code =
      RunCommandLine(static_cast<int>(words.size()), argv.data());
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

TEST(CommandLineTest, WithoutACommandItListsThemAndExitsWithTwo) {
  const Outcome outcome = Holdfast({});
  EXPECT_EQ(outcome.exit_code, 2);
  for (const Command& command : AllCommands()) {
    EXPECT_THAT(outcome.out, HasSubstr(command.summary));
  }
}

TEST(CommandLineTest, HelpIsNotAnError) {
  for (const char* word : {"help", "--help", "-h"}) {
    EXPECT_EQ(Holdfast({word}).exit_code, 0) << word;
  }
}

TEST(CommandLineTest, EveryCommandHasHelp) {
  for (const Command& command : AllCommands()) {
    std::vector<std::string> words = {"help"};
    for (absl::string_view rest = command.name; !rest.empty();) {
      const size_t end = rest.find(' ');
      words.emplace_back(rest.substr(0, end));
      rest = end == rest.npos ? "" : rest.substr(end + 1);
    }
    const Outcome outcome = Holdfast(words);
    EXPECT_EQ(outcome.exit_code, 0) << command.name;
    EXPECT_THAT(outcome.out, HasSubstr(command.help));
    words.erase(words.begin());
    words.push_back("--help");
    EXPECT_EQ(Holdfast(words).out, outcome.out);
  }
}

TEST(CommandLineTest, VersionIsPrinted) {
  const Outcome outcome = Holdfast({"version"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, testing::MatchesRegex("holdfast [0-9.]+\n"));
}

TEST(CommandLineTest, UnknownCommandIsAMisuse) {
  const Outcome outcome = Holdfast({"frobnicate"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("frobnicate"));
}

TEST(CommandLineTest, AllMistakesAreReportedTogether) {
  const Outcome outcome =
      Holdfast({"demo", "--colour=red", "--clones=many", "--dir"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("unknown flag --colour"));
  EXPECT_THAT(outcome.err, HasSubstr("--clones=many"));
  EXPECT_THAT(outcome.err, HasSubstr("write --dir=VALUE"));
}

TEST(CommandLineTest, WrongNumberOfWordsIsAMisuse) {
  EXPECT_EQ(Holdfast({"probe"}).exit_code, 2);
  EXPECT_EQ(Holdfast({"version", "now"}).exit_code, 2);
}

TEST(CommandLineTest, AnInvalidValueIsAMisuse) {
  const Outcome outcome = Holdfast({"probe", "tcp://localhost:80"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("tcp://localhost:80"));
}

TEST(CommandLineTest, AFailedCommandExitsWithOne) {
  Scratch scratch;
  const Outcome outcome =
      Holdfast({"probe", absl::StrCat("unix://", scratch.At("no.sock")),
                "--timeout=1ms"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("no.sock"));
}

TEST(CommandLineTest, FlagsMayComeFromAFile) {
  Scratch scratch;
  const std::string file = scratch.At("flags");
  WriteTextFile(file, "--dir=relative\n");
  const Outcome outcome = Holdfast({"demo", "--flagfile=" + file});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--dir must be the absolute path"));
}

}  // namespace
}  // namespace holdfast::cli
