// The whole of init and show runs in tests/cli/demo.sh; here is what needs no
// XFS.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/run_holdfast.h"
#include "tests/cli/scratch.h"

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;

TEST(PoolCommandTest, ShowOfADirectoryThatIsNoPoolIsNotFound) {
  const Scratch scratch;
  const Outcome outcome = Holdfast({"pool", "show", scratch.path()});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("(NOT_FOUND)"));
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
