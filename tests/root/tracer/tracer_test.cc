#include "tests/root/tracer/tracer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>

#include "tests/root/fixture/scratch.h"

namespace holdfast::root {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A program with two threads that makes three directories, through its second
// thread, each time it is sent a line, and starts a child.
class TracerTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(pipe2(to_, O_CLOEXEC), 0);
    ASSERT_EQ(pipe2(from_, O_CLOEXEC), 0);
    auto program = Process::Start(
        {.argv = {SiblingProgram("holdfast_tracee"), scratch_.path(),
                  "/proc/" + std::to_string(getpid()) + "/fd/" +
                      std::to_string(to_[0])},
         .output_fd = from_[1]});
    ASSERT_TRUE(program.ok()) << program.status();
    program_.emplace(*std::move(program));
    close(from_[1]);
    ASSERT_TRUE(Answers());
  }

  void TearDown() override {
    close(to_[1]);
    close(to_[0]);
    close(from_[0]);
  }

  // Lets it do its work once.
  void Ask() { ASSERT_EQ(write(to_[1], "\n", 1), 1); }
  // False if it has died.
  bool Answers() {
    char byte;
    return read(from_[0], &byte, 1) == 1;
  }
  bool Made(const std::string& name) {
    return std::filesystem::exists(scratch_.Sub(name));
  }

  Tracer Attach(const TracePlan& plan) {
    return *Tracer::Attach(program_->pid(), plan);
  }

  Scratch scratch_;
  int to_[2];
  int from_[2];
  std::optional<Process> program_;
};

TEST_F(TracerTest, SeesTheCallsOfAllThreadsAndLetsTheProcessRunOn) {
  Tracer tracer = Attach({});
  Ask();
  ASSERT_TRUE(Answers());
  const Trace trace = tracer.Finish();
  EXPECT_FALSE(trace.killed);
  EXPECT_THAT(trace.calls, Contains(HasSubstr(scratch_.Sub("1"))));
  EXPECT_THAT(trace.calls, Contains(HasSubstr(scratch_.Sub("2"))));
  EXPECT_THAT(trace.calls, Contains(HasSubstr(scratch_.Sub("3"))));
  EXPECT_TRUE(program_->IsRunning());
  Ask();
  EXPECT_TRUE(Answers());
}

TEST_F(TracerTest, CountsTheStartOfAProcessAndNotOfAThread) {
  Tracer tracer = Attach({.watched = Watched::kForks});
  Ask();
  ASSERT_TRUE(Answers());
  EXPECT_EQ(tracer.Finish().calls.size(), 1U);
}

TEST_F(TracerTest, KillsAtTheEntryBeforeTheCallIsExecuted) {
  Tracer tracer = Attach({.kill_at = 2, .moment = KillMoment::kEntry});
  Ask();
  EXPECT_FALSE(Answers());
  EXPECT_TRUE(tracer.Finish().killed);
  EXPECT_TRUE(Made("1"));
  EXPECT_FALSE(Made("2"));
  const auto status = program_->Wait(absl::Now() + absl::Seconds(10));
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(*status, SIGKILL);
}

TEST_F(TracerTest, KillsAtTheExitAfterTheCallIsExecuted) {
  Tracer tracer = Attach({.kill_at = 2, .moment = KillMoment::kExit});
  Ask();
  EXPECT_FALSE(Answers());
  EXPECT_TRUE(tracer.Finish().killed);
  EXPECT_TRUE(Made("2"));
  EXPECT_FALSE(Made("3"));
}

TEST_F(TracerTest, KillsWhileAChildRuns) {
  // After three directories the child is started (4) and waited for (5).
  Tracer tracer = Attach({.kill_at = 5});
  Ask();
  EXPECT_FALSE(Answers());
  const Trace trace = tracer.Finish();
  EXPECT_TRUE(trace.killed);
  EXPECT_THAT(trace.calls.back(), HasSubstr("wait"));
  program_->Kill();
  EXPECT_TRUE(ReapOrphans({}, absl::Now() + absl::Seconds(10)));
}

TEST_F(TracerTest, RefusesAProcessThatIsGone) {
  const pid_t pid = program_->pid();
  program_->Kill();
  EXPECT_FALSE(Tracer::Attach(pid, {}).ok());
}

}  // namespace
}  // namespace holdfast::root
