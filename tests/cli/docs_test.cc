// docs/command-line.md against the tree of commands.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/command.h"

namespace holdfast::cli {
namespace {

using ::testing::UnorderedElementsAreArray;

// The lines of the page.
std::vector<std::string> Page() {
  std::ostringstream text;
  text << std::ifstream(HOLDFAST_DOCS "/command-line.md").rdbuf();
  return absl::StrSplit(text.str(), '\n');
}

TEST(CommandLineDocsTest, ThePageHasExactlyTheCommandsThatThereAre) {
  std::vector<std::string> expected;
  for (const Command& command : AllCommands()) {
    if (command.declare != nullptr) expected.emplace_back(command.name);
  }
  std::vector<std::string> found;
  for (absl::string_view line : Page()) {
    if (absl::ConsumePrefix(&line, "### `holdfast ")) {
      found.emplace_back(absl::StripSuffix(line, "`"));
    }
  }
  EXPECT_THAT(found, UnorderedElementsAreArray(expected));
}

TEST(CommandLineDocsTest, EachCommandHasAnExampleOfItself) {
  std::string wanted;  // what an example below the last heading begins with
  for (absl::string_view line : Page()) {
    if (absl::ConsumePrefix(&line, "### `")) {
      EXPECT_EQ(wanted, "") << "there is no example";
      wanted = std::string(absl::StripSuffix(line, "`"));
    } else if (!wanted.empty() && absl::StrContains(line, wanted)) {
      wanted.clear();
    }
  }
  EXPECT_EQ(wanted, "") << "there is no example";
}

}  // namespace
}  // namespace holdfast::cli
