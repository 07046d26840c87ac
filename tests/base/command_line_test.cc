#include "base/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/str_cat.h"

ABSL_FLAG(int, number_for_test, 7, "How many.");
ABSL_FLAG(std::string, text_for_test, "", "What.");

namespace holdfast {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CommandLineTest : public testing::Test {
 protected:
  ~CommandLineTest() override { std::remove(file_.c_str()); }

  static CommandLine Read(std::vector<std::string> words) {
    words.insert(words.begin(), "program");
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    return ReadCommandLine(static_cast<int>(argv.size()), argv.data());
  }
  CommandLine ReadFile(const std::string& text) {
    std::ofstream(file_) << text;
    return Read({"--flagfile=" + file_});
  }

  const absl::FlagSaver saver_;
  const std::string file_ =
      absl::StrCat(testing::TempDir(), "/flags_",
                   testing::UnitTest::GetInstance()->random_seed(), "_",
                   reinterpret_cast<uintptr_t>(this));
};

TEST_F(CommandLineTest, FlagsAreSetAndWordsKept) {
  const CommandLine line =
      Read({"one", "--number_for_test=3", "--text_for_test=a=b", "--help"});
  EXPECT_THAT(line.words, ElementsAre("one", "--help"));
  EXPECT_THAT(line.mistakes, IsEmpty());
  EXPECT_EQ(absl::GetFlag(FLAGS_number_for_test), 3);
  EXPECT_EQ(absl::GetFlag(FLAGS_text_for_test), "a=b");
}

TEST_F(CommandLineTest, EveryMistakeIsSaid) {
  const CommandLine line =
      Read({"--nonsense", "--number_for_test=many", "--text_for_test"});
  EXPECT_THAT(line.mistakes, ElementsAre("unknown flag --nonsense",
                                         HasSubstr("--number_for_test=many"),
                                         "write --text_for_test=VALUE"));
}

TEST_F(CommandLineTest, AFlagFileStandsForItsLines) {
  const CommandLine line =
      ReadFile("# a remark\n\n  --number_for_test=4  \n--text_for_test=x\n");
  EXPECT_THAT(line.mistakes, IsEmpty());
  EXPECT_EQ(absl::GetFlag(FLAGS_number_for_test), 4);
  EXPECT_EQ(absl::GetFlag(FLAGS_text_for_test), "x");
}

TEST_F(CommandLineTest, MistakesInAFlagFileAreSaidToo) {
  const CommandLine line = ReadFile("--nonsense=1\nword\n--flagfile=/x\n");
  EXPECT_THAT(line.mistakes,
              ElementsAre("unknown flag --nonsense", HasSubstr("word"),
                          HasSubstr("--flagfile")));
}

TEST_F(CommandLineTest, AMissingFlagFileIsAMistake) {
  EXPECT_THAT(Read({"--flagfile=/nowhere/flags"}).mistakes,
              ElementsAre(HasSubstr("/nowhere/flags: No such file")));
}

TEST_F(CommandLineTest, FlagsOfADirectoryAreDescribed) {
  const std::string text = DescribeFlags("tests/base/");
  EXPECT_THAT(text, HasSubstr("  --number_for_test=7\n      How many.\n"));
  EXPECT_THAT(DescribeFlags("nowhere/"), "");
}

}  // namespace
}  // namespace holdfast
