// The whole of init and show runs in tests/root; here is what needs no XFS.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.h"
#include "tests/cli/scratch.h"

namespace holdfast::cli {
namespace {

TEST(PoolCommandTest, ShowOfADirectoryThatIsNoPoolIsNotFound) {
  Scratch scratch;
  EXPECT_TRUE(absl::IsNotFound(PoolShowCommand().run({scratch.path()})));
}

TEST(PoolCommandTest, InitRefusesADirectoryThatIsNotEmpty) {
  Scratch scratch;
  WriteTextFile(scratch.At("precious"), "data");
  EXPECT_TRUE(
      absl::IsFailedPrecondition(PoolInitCommand().run({scratch.path()})));
}

}  // namespace
}  // namespace holdfast::cli
