#include "cli/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/command.h"
#include "tests/cli/fake_csi.h"
#include "tests/cli/run_holdfast.h"
#include "tests/cli/scratch.h"

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> Words(const Command& command) {
  return absl::StrSplit(command.name, ' ');
}

TEST(CommandLineTest, WithoutACommandItListsThemAndExitsWithTwo) {
  const Outcome outcome = Holdfast({});
  EXPECT_EQ(outcome.exit_code, 2);
  for (const Command& command : AllCommands()) {
    EXPECT_THAT(outcome.err, HasSubstr(Words(command)[0]));
  }
}

TEST(CommandLineTest, HelpIsNotAnError) {
  for (const char* word : {"help", "--help", "-h"}) {
    const Outcome outcome = Holdfast({word});
    EXPECT_EQ(outcome.exit_code, 0) << word;
    EXPECT_THAT(outcome.out, HasSubstr("Exit codes")) << word;
  }
}

TEST(CommandLineTest, EveryCommandHasHelpWithExamples) {
  for (const Command& command : AllCommands()) {
    std::vector<std::string> words = Words(command);
    words.emplace_back("--help");
    const Outcome outcome = Holdfast(words);
    EXPECT_EQ(outcome.exit_code, 0) << command.name;
    EXPECT_THAT(outcome.out, HasSubstr(command.summary));
    EXPECT_THAT(outcome.out, HasSubstr(command.help));
    words.pop_back();
    words.insert(words.begin(), "help");
    EXPECT_EQ(Holdfast(words).out, outcome.out);
    if (command.declare == nullptr) continue;
    EXPECT_THAT(outcome.out,
                HasSubstr(absl::StrCat("Examples:\n  holdfast ", command.name)))
        << command.name;
  }
}

TEST(CommandLineTest, HelpForWhatIsNotThereIsAMisuse) {
  EXPECT_EQ(Holdfast({"help", "pool", "drain"}).exit_code, 2);
}

TEST(CommandLineTest, VersionIsPrinted) {
  const Outcome outcome = Holdfast({"version"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, testing::MatchesRegex("holdfast [0-9.]+\n"));
}

TEST(CommandLineTest, UnknownCommandIsAMisuse) {
  const Outcome outcome = Holdfast({"frobnicate"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("frobnicate"));
}

TEST(CommandLineTest, AMistakeIsOneLineThatNamesTheCommandAndItsHelp) {
  const Outcome outcome = Holdfast({"demo", "--dir=/x", "--clones=many"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("holdfast demo: "));
  EXPECT_THAT(outcome.err, HasSubstr("many"));
  EXPECT_THAT(outcome.err, HasSubstr("see: holdfast help demo\n"));
}

TEST(CommandLineTest, ValuesThatCannotBeReadAreMisuses) {
  const std::vector<std::string> lines[] = {
      {"demo", "--dir=/x", "--colour=red"},
      {"demo", "--dir=relative"},
      {"demo", "--dir=/x", "--size=1GB"},
      {"demo", "--dir=/x", "--clones=0"},
      {"probe", "unix:///x.sock", "--timeout=soon"},
      {"probe", "unix:///x.sock", "--timeout=-1s"},
      {"probe", "tcp://localhost:80"},
      {"probe"},
      {"pool"},
      {"version", "now"}};
  for (const std::vector<std::string>& words : lines) {
    const Outcome outcome = Holdfast(words);
    EXPECT_EQ(outcome.exit_code, 2) << testing::PrintToString(words);
    EXPECT_THAT(outcome.err, Not(IsEmpty()));
  }
}

TEST(CommandLineTest, ADaemonThatIsNotThereIsThree) {
  const Scratch scratch;
  const Outcome outcome =
      Holdfast({"probe", absl::StrCat("unix://", scratch.At("no.sock")),
                "--timeout=1ms"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("no.sock"));
}

TEST(CommandLineTest, ADaemonThatIsNotReadyIsOne) {
  FakeCsi server;
  server.Answer("Probe", absl::AbortedError("not ready"));
  const Outcome outcome =
      Holdfast({"probe", server.endpoint(), "--timeout=1s"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("not ready"));
}

TEST(CommandLineTest, ADaemonThatIsReadyIsZero) {
  FakeCsi server;
  const Outcome outcome = Holdfast({"probe", server.endpoint()});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out, server.endpoint() + " ready fake.csi 1.2.3\n");
}

}  // namespace
}  // namespace holdfast::cli
