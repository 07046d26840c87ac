#include "os/linux_commands.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "base/unique_fd.h"

namespace holdfast::os {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class LinuxCommandsTest : public ::testing::Test {
 protected:
  absl::StatusOr<CommandResult> Run(const std::vector<std::string>& argv) {
    return commands_.Run(argv, absl::Now() + absl::Minutes(1));
  }
  absl::StatusOr<CommandResult> Shell(const std::string& script) {
    return Run({"sh", "-c", script});
  }
  // What a script prints.
  std::string Print(const std::string& script) {
    const auto result = Shell(script);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->output : "";
  }

  // The error of a script that does not end in time. On a busy machine it
  // may be killed before it has `written` what it writes first: then it is
  // given longer.
  std::string Overdue(const std::string& script, const std::string& written) {
    std::string message;
    for (const int ms : {100, 1000, 10000, 60000}) {
      const auto result = commands_.Run({"sh", "-c", script},
                                        absl::Now() + absl::Milliseconds(ms));
      EXPECT_EQ(result.status().code(), absl::StatusCode::kDeadlineExceeded);
      message = std::string(result.status().message());
      if (message.find(written) != std::string::npos) break;
    }
    return message;
  }

  Metrics metrics_;
  LinuxCommands commands_{metrics_};
};

// The processes that a program leaves behind become children of the test, so
// that their end can be waited for.
class LeftoversTest : public LinuxCommandsTest {
 protected:
  LeftoversTest() { prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~LeftoversTest() override {
    while (waitpid(-1, nullptr, WNOHANG) > 0) continue;
    prctl(PR_SET_CHILD_SUBREAPER, 0);
  }

  // The first number in `text`.
  static int FirstNumber(const std::string& text) {
    const size_t start = text.find_first_of("0123456789");
    if (start == std::string::npos) return -1;
    return atoi(text.c_str() + start);
  }
  // The signal that ended process `pid`; zero if none did.
  static int EndOf(int pid) {
    int status = 0;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
};

TEST_F(LinuxCommandsTest, OutputIsWhatWasWrittenToBoth) {
  const auto result = Shell("echo out; echo err >&2");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->output, "out\nerr\n");
}

TEST_F(LinuxCommandsTest, ProgramThatFailsIsOkWithItsExitCode) {
  const auto result = Shell("exit 8");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 8);
}

TEST_F(LinuxCommandsTest, DeathBySignalIsAnExitCodeAsShellsSayIt) {
  const auto result = Shell("kill -9 $$");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 128 + SIGKILL);
}

TEST_F(LinuxCommandsTest, ArgumentsAreNotInterpreted) {
  const auto result = Run({"printf", "%s", "$HOME; `x` \"*"});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->output, "$HOME; `x` \"*");
}

TEST_F(LinuxCommandsTest, MissingProgramCarriesTheErrno) {
  EXPECT_TRUE(IsErrno(Run({"holdfast-no-such-program"}).status(), ENOENT));
  EXPECT_TRUE(IsErrno(Run({"/dev/null"}).status(), EACCES));
  EXPECT_TRUE(IsErrno(Run({}).status(), EINVAL));
}

TEST_F(LinuxCommandsTest, StandardInputIsEmpty) {
  const auto result = Run({"cat"});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->output, "");
}

TEST_F(LinuxCommandsTest, EnvironmentIsPathAndTheCLocaleOnly) {
  setenv("HOLDFAST_TEST_SECRET", "hunter2", 1);
  const auto result = Run({"env"});
  unsetenv("HOLDFAST_TEST_SECRET");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->output,
            absl::StrCat("PATH=", getenv("PATH"), "\nLC_ALL=C\n"));
}

TEST_F(LinuxCommandsTest, NoOtherDescriptorIsInherited) {
  const UniqueFd inherited(open("/dev/null", O_RDONLY));  // not close-on-exec
  ASSERT_GT(inherited.get(), 2);
  const auto result =
      Run({"readlink", absl::StrCat("/proc/self/fd/", inherited.get())});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 1) << result->output;
}

// Programs do not expect EAGAIN from their standard output.
TEST_F(LinuxCommandsTest, OutputIsNotNonBlocking) {
  const std::string line = Print("grep flags /proc/self/fdinfo/1");
  const long flags = strtol(line.c_str() + line.find('\t') + 1, nullptr, 8);
  EXPECT_EQ(flags & O_ACCMODE, O_WRONLY) << line;
  EXPECT_EQ(flags & O_NONBLOCK, 0) << line;
}

TEST_F(LinuxCommandsTest, NoSignalIsBlockedOrIgnored) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGIO);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto old_handler = signal(SIGPIPE, SIG_IGN);
  const auto result = Run({"grep", "^Sig[BI]", "/proc/self/status"});
  signal(SIGPIPE, old_handler);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(result.ok()) << result.status();
  // The first 31 signals; libc keeps the 32nd and 33rd to itself.
  EXPECT_THAT(result->output, MatchesRegex("SigBlk:\t[0-9a-f]{8}[08]0{7}\n"
                                           "SigIgn:\t[0-9a-f]{8}[08]0{7}\n"));
}

TEST_F(LinuxCommandsTest, LongOutputIsCutButTheProgramRunsToItsEnd) {
  const auto result = Shell("head -c 1000000 /dev/zero; exit 3");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->output.size(), 64u * 1024);
}

TEST_F(LinuxCommandsTest, OverdueProgramIsKilledAndNamed) {
  const absl::Time start = absl::Now();
  EXPECT_THAT(Overdue("echo hello; sleep 1000", "hello"),
              AllOf(HasSubstr("sh did not end in time"), HasSubstr("hello")));
  EXPECT_LT(absl::Now() - start, absl::Seconds(500));
}

TEST_F(LinuxCommandsTest, DeadlineHoldsForProgramsThatNeverPause) {
  const auto result =
      commands_.Run({"yes"}, absl::Now() + absl::Milliseconds(50));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(LinuxCommandsTest, DeadlineInThePastIsADeadline) {
  const auto result = commands_.Run({"sleep", "1000"}, absl::InfinitePast());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(LinuxCommandsTest, NoDeadlineIsWaitedForToTheEnd) {
  EXPECT_TRUE(commands_.Run({"true"}, absl::InfiniteFuture()).ok());
}

TEST_F(LinuxCommandsTest, NoChildIsLeftUnreaped) {
  ASSERT_TRUE(Run({"true"}).ok());
  ASSERT_FALSE(commands_.Run({"sleep", "1000"}, absl::InfinitePast()).ok());
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_F(LinuxCommandsTest, RunsAreTimedByProgramAndResult) {
  Run({"/bin/true"}).IgnoreError();
  Shell("exit 8").IgnoreError();
  Run({"holdfast-no-such-program"}).IgnoreError();
  commands_.Run({"sleep", "1000"}, absl::InfinitePast()).IgnoreError();
  EXPECT_THAT(
      metrics_.Expose(),
      AllOf(
          HasSubstr("command_seconds_count{program=\"true\",result=\"ok\"} 1"),
          HasSubstr("command_seconds_count{program=\"sh\",result=\"8\"} 1"),
          HasSubstr("program=\"holdfast-no-such-program\",result=\"ENOENT\""),
          HasSubstr("program=\"sleep\",result=\"deadline\"")));
}

TEST_F(LinuxCommandsTest, ThreadsRunProgramsSideBySide) {
  std::vector<std::string> outputs(8);
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < outputs.size(); ++i) {
      threads.emplace_back(
          [&, i] { outputs[i] = Print(absl::StrCat("echo ", i)); });
    }
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    EXPECT_EQ(outputs[i], absl::StrCat(i, "\n"));
  }
}

TEST_F(LeftoversTest, DeadlineKillsWhatTheProgramStartedToo) {
  const std::string message = Overdue("sleep 1000 & echo pid $! .; wait", " .");
  const int pid = FirstNumber(message);
  ASSERT_GT(pid, 1) << message;
  EXPECT_EQ(EndOf(pid), SIGKILL);
}

TEST_F(LeftoversTest, ProcessLeftBehindWithTheOutputOpenIsNotWaitedFor) {
  const auto result = Shell("sleep 1000 & echo $!");
  ASSERT_TRUE(result.ok()) << result.status();
  const int pid = FirstNumber(result->output);
  ASSERT_GT(pid, 1) << result->output;
  kill(pid, SIGTERM);
  EXPECT_EQ(EndOf(pid), SIGTERM);
}

}  // namespace
}  // namespace holdfast::os
