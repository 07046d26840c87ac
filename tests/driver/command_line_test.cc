// What the daemons make of their command lines.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/driver/linux_daemon.h"
#include "tests/rpc/temp_dir.h"

namespace holdfast::driver {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

// What both binaries do alike.
class CommandLineTest : public testing::TestWithParam<std::string> {
 protected:
  static Ending Run(std::vector<std::string> flags) {
    flags.insert(flags.begin(), GetParam());
    return RunProgram(flags);
  }
};

INSTANTIATE_TEST_SUITE_P(Daemons, CommandLineTest,
                         testing::Values(HOLDFAST_NODE_BINARY,
                                         HOLDFAST_CONTROLLER_BINARY));

TEST_P(CommandLineTest, HelpShowsTheOwnFlagsAndIsNoError) {
  const Ending end = Run({"--help"});
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_THAT(
      end.output,
      AllOf(HasSubstr("holdfast-"), HasSubstr("  --endpoint="),
            HasSubstr("  --shutdown_grace=20s\n"), HasSubstr("  --flagfile=")));
  EXPECT_THAT(end.output, Not(HasSubstr("absl")));
}

TEST_P(CommandLineTest, VersionIsPrinted) {
  const Ending end = Run({"--version"});
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_THAT(end.output, MatchesRegex("holdfast [0-9.]+\n"));
}

TEST_P(CommandLineTest, EveryMistakeIsSaidAtOnce) {
  const Ending end =
      Run({"--nonsense", "--log_verbosity=loud", "word", "--shutdown_grace=-1s",
           "--endpoint=tcp://h:1", "--http_address=[::1]:80"});
  EXPECT_EQ(end.exit_code, 2);
  for (const char* mistake :
       {"unknown flag --nonsense\n", "--log_verbosity=loud", "argument word\n",
        "--shutdown_grace must be", "tcp://h:1", "only IPv4", "see --help"}) {
    EXPECT_THAT(end.output, HasSubstr(mistake));
  }
}

TEST_P(CommandLineTest, AFlagFileIsRead) {
  const rpc::TempDir dir;
  std::ofstream(dir.Path("flags")) << "--log_verbosity=9\n--nonsense=1\n";
  const Ending end = Run({"--flagfile=" + dir.Path("flags")});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.output, HasSubstr("--log_verbosity must be 0, 1, 2 or 3"));
  EXPECT_THAT(end.output, HasSubstr("unknown flag --nonsense"));
}

TEST(ControllerCommandLineTest, WithoutFlagsItSaysWhatIsNeeded) {
  const Ending end = RunProgram({HOLDFAST_CONTROLLER_BINARY});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.output, AllOf(HasSubstr("--endpoint: "),
                                HasSubstr("--agents must be a list")));
}

TEST(NodeCommandLineTest, WithoutFlagsItSaysWhatIsNeeded) {
  const Ending end = RunProgram({HOLDFAST_NODE_BINARY});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.output,
              AllOf(HasSubstr("--endpoint: "), HasSubstr("--agent_endpoint: "),
                    HasSubstr("--pool must be the absolute path")));
}

}  // namespace
}  // namespace holdfast::driver
