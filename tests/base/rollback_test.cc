#include "base/rollback.h"

#include <glog/logging.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace holdfast {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RollbackTest : public ::testing::Test {
 protected:
  // An undo step that writes its name down and answers `status`.
  std::function<absl::Status()> Undo(std::string name,
                                     absl::Status status = absl::OkStatus()) {
    return [this, name, status] {
      undone_.push_back(name);
      return status;
    };
  }

  std::vector<std::string> undone_;
};

// Collects what is logged at ERROR while it lives.
class ErrorLog : public google::LogSink {
 public:
  ErrorLog() { google::AddLogSink(this); }
  ~ErrorLog() override { google::RemoveLogSink(this); }
  using google::LogSink::send;
  void send(google::LogSeverity severity, const char*, const char*, int,
            const google::LogMessageTime&, const char* message,
            size_t length) override {
    if (severity == google::GLOG_ERROR) lines.emplace_back(message, length);
  }
  std::vector<std::string> lines;
};

TEST_F(RollbackTest, RunsInReverse) {
  {
    Rollback rollback;
    rollback.Add("first", Undo("first"));
    rollback.Add("second", Undo("second"));
    rollback.Add("third", Undo("third"));
    EXPECT_THAT(undone_, IsEmpty());
  }
  EXPECT_THAT(undone_, ElementsAre("third", "second", "first"));
}

TEST_F(RollbackTest, CommitUndoesNothing) {
  {
    Rollback rollback;
    rollback.Add("first", Undo("first"));
    rollback.Commit();
  }
  EXPECT_THAT(undone_, IsEmpty());
}

TEST_F(RollbackTest, StepsAddedAfterCommitAreUndone) {
  {
    Rollback rollback;
    rollback.Add("first", Undo("first"));
    rollback.Commit();
    rollback.Add("second", Undo("second"));
  }
  EXPECT_THAT(undone_, ElementsAre("second"));
}

TEST_F(RollbackTest, FailedStepIsLoggedAndTheOthersStillRun) {
  ErrorLog log;
  {
    Rollback rollback;
    rollback.Add("first", Undo("first"));
    rollback.Add("detach /dev/loop7",
                 Undo("second", absl::InternalError("in use")));
  }
  EXPECT_THAT(undone_, ElementsAre("second", "first"));
  EXPECT_THAT(log.lines, ElementsAre(AllOf(HasSubstr("rollback_failed"),
                                           HasSubstr("detach /dev/loop7"),
                                           HasSubstr("in use"))));
}

TEST_F(RollbackTest, UndoRunsOnceAndAnswersTheCause) {
  {
    Rollback rollback;
    rollback.Add("first", Undo("first"));
    rollback.Add("second", Undo("second"));
    const absl::Status said =
        rollback.Undo(absl::ResourceExhaustedError("full"));
    EXPECT_EQ(said, absl::ResourceExhaustedError("full"));
    EXPECT_THAT(undone_, ElementsAre("second", "first"));
  }
  EXPECT_THAT(undone_, ElementsAre("second", "first"));
}

TEST_F(RollbackTest, UndoThatFailedIsUnavailableWithBothTexts) {
  Rollback rollback;
  rollback.Add("first", Undo("first"));
  rollback.Add("unlink x", Undo("second", absl::InternalError("in use")));
  const absl::Status said = rollback.Undo(absl::ResourceExhaustedError("full"));
  EXPECT_EQ(said.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(
      std::string(said.message()),
      AllOf(HasSubstr("full"), HasSubstr("unlink x"), HasSubstr("in use")));
  EXPECT_THAT(undone_, ElementsAre("second", "first"));
}

}  // namespace
}  // namespace holdfast
