// The whole of init and show runs in tests/cli/demo.sh; here is what needs no
// XFS.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/run_holdfast.h"
#include "tests/cli/scratch.h"

namespace holdfast::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

TEST(PoolCommandTest, ShowOfADirectoryThatIsNoPoolIsNotFound) {
  const Scratch scratch;
  const Outcome outcome = Holdfast({"pool", "show", scratch.path()});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("(NOT_FOUND)"));
}

TEST(PoolCommandTest, ShowTellsWhatIsThere) {
  const Scratch scratch;
  for (const char* name : {"volumes", "snapshots", "templates", "trash"}) {
    std::filesystem::create_directory(scratch.At(name));
  }
  WriteTextFile(scratch.At("volumes/a"), "");
  WriteTextFile(scratch.At("POOL"), "format_version: 1\nuuid: \"u-1\"\n");
  const Outcome table = Holdfast({"pool", "show", scratch.path() + "/"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr(scratch.path() + "\n"));
  EXPECT_THAT(table.out, ContainsRegex("volumes +1\n"));
  EXPECT_THAT(table.out, ContainsRegex("size +[0-9.]+ [KMGT]iB\n"));
  const Outcome json =
      Holdfast({"pool", "show", scratch.path(), "--output=json"});
  EXPECT_THAT(json.out, ContainsRegex("\"size_bytes\": [0-9]+"));
  EXPECT_THAT(json.out, HasSubstr("\"uuid\": \"u-1\""));
}

TEST(PoolCommandTest, UpgradeOfTheNewestFormatChangesNothing) {
  const Scratch scratch;
  for (const char* name :
       {"volumes", "snapshots", "templates", "trash", "incoming"}) {
    std::filesystem::create_directory(scratch.At(name));
  }
  WriteTextFile(scratch.At("POOL"), "format_version: 1\nuuid: \"u-1\"\n");
  const Outcome outcome = Holdfast({"pool", "upgrade", scratch.path()});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("format 1"));
  EXPECT_EQ(Holdfast({"pool", "upgrade", scratch.At("no")}).exit_code, 1);
}

TEST(PoolCommandTest, InitWantsOnePlace) {
  const std::vector<std::string> lines[] = {
      {"pool", "init"},
      {"pool", "init", "/nowhere/x", "--device=/dev/null"},
      {"pool", "init", "/nowhere/x", "--image=/nowhere/y", "--size=2GiB"},
      {"pool", "init", "--image=/nowhere/y"},
      {"pool", "init", "/nowhere/x", "--size=2GiB"}};
  for (const std::vector<std::string>& words : lines) {
    EXPECT_EQ(Holdfast(words).exit_code, 2) << testing::PrintToString(words);
  }
}

TEST(PoolCommandTest, InitRefusesADirectoryThatIsNotEmpty) {
  const Scratch scratch;
  WriteTextFile(scratch.At("precious"), "data");
  const Outcome outcome = Holdfast({"pool", "init", scratch.path()});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("(FAILED_PRECONDITION)"));
}

}  // namespace
}  // namespace holdfast::cli
