// The script is run by bash, as a person's shell would.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/command.h"
#include "tests/cli/run_holdfast.h"
#include "tests/cli/scratch.h"

namespace holdfast::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class CompletionTest : public testing::Test {
 protected:
  CompletionTest() {
    WriteTextFile(scratch_.At("completion"),
                  Holdfast({"completion", "bash"}).out);
  }

  // What bash offers after `words`, the last of which is being typed.
  std::vector<std::string> Complete(const std::vector<std::string>& words) {
    const std::string script = scratch_.At("script");
    WriteTextFile(script, absl::StrCat("source ", scratch_.At("completion"),
                                       "\nCOMP_WORDS=(holdfast '",
                                       absl::StrJoin(words, "' '"),
                                       "')\nCOMP_CWORD=", words.size(),
                                       "\n_holdfast\n"
                                       "printf '%s\\n' \"${COMPREPLY[@]}\"\n"));
    FILE* const bash =
        popen(absl::StrCat("bash ", script, " 2>&1").c_str(), "r");
    std::string output;
    for (int c = fgetc(bash); c != EOF; c = fgetc(bash)) {
      output += static_cast<char>(c);
    }
    EXPECT_EQ(pclose(bash), 0);
    return absl::StrSplit(output, '\n', absl::SkipEmpty());
  }

  Scratch scratch_;
};

TEST_F(CompletionTest, EveryCommandIsOffered) {
  for (const Command& command : AllCommands()) {
    std::vector<std::string> words = absl::StrSplit(command.name, ' ');
    const std::string last = words.back();
    words.back() = last.substr(0, 2);
    EXPECT_THAT(Complete(words), Contains(last)) << command.name;
  }
}

TEST_F(CompletionTest, OptionsAreThoseOfTheCommand) {
  EXPECT_THAT(
      Complete({"volumes", "show", "--"}),
      UnorderedElementsAre("--help", "--endpoint=", "--timeout=", "--output="));
  EXPECT_THAT(Complete({"trash", "purge", "KEY", "--y"}), ElementsAre("--yes"));
  EXPECT_THAT(Complete({"volume", "--s"}), IsEmpty());
}

TEST_F(CompletionTest, ValuesOfOutputAreOffered) {
  EXPECT_THAT(Complete({"volumes", "--output", "="}),
              ElementsAre("table", "json"));
  EXPECT_THAT(Complete({"volumes", "--output", "=", "j"}), ElementsAre("json"));
}

TEST_F(CompletionTest, PathsAreLeftToBash) {
  EXPECT_THAT(Complete({"pool", "init", "/t"}), IsEmpty());
  EXPECT_THAT(Complete({"demo", "--dir", "=", "/t"}), IsEmpty());
  EXPECT_THAT(Complete({"pool", ""}), Not(IsEmpty()));
}

}  // namespace
}  // namespace holdfast::cli
