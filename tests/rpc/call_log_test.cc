// What rpc/call.cc leaves in the log.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "rpc/call.h"
#include "tests/rpc/log_capture.h"
#include "tests/rpc/scripted_server.h"

namespace holdfast::rpc {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class CallLogTest : public testing::Test {
 protected:
  void Answer(absl::Status status) {
    server_.Set([status](Operation& operation) {
      operation.Step("look");
      return status;
    });
  }

  ScriptedServer server_;
};

TEST_F(CallLogTest, ChangingCallLeavesOneLine) {
  LogCapture log;
  server_.Delete("p01-v02");
  const auto lines = log.With("op=DeleteVolume");
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].severity, google::GLOG_INFO);
  EXPECT_THAT(lines[0].text, HasSubstr("volume_id=p01-v02"));
  EXPECT_THAT(lines[0].text, HasSubstr("code=OK"));
  EXPECT_THAT(lines[0].text, HasSubstr("ms="));
}

TEST_F(CallLogTest, FailureTellsStepAndError) {
  LogCapture log;
  Answer(absl::InternalError("no luck"));
  server_.Delete();
  const auto lines = log.With("op=DeleteVolume");
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0].text, HasSubstr("code=INTERNAL"));
  EXPECT_THAT(lines[0].text, HasSubstr("step=look"));
  EXPECT_THAT(lines[0].text, HasSubstr("error=\"no luck\""));
}

TEST_F(CallLogTest, LoudnessFollowsTheCode) {
  using absl::StatusCode;
  for (int i = 0; i <= 16; ++i) {
    const auto code = static_cast<StatusCode>(i);
    LogCapture log;
    Answer(absl::Status(code, "x"));
    server_.Delete();
    const auto lines = log.With("op=DeleteVolume");
    ASSERT_THAT(lines, SizeIs(1)) << code;
    const bool ours = code == StatusCode::kInternal ||
                      code == StatusCode::kUnknown ||
                      code == StatusCode::kDataLoss;
    const bool callers = code == StatusCode::kInvalidArgument ||
                         code == StatusCode::kNotFound ||
                         code == StatusCode::kAborted;
    EXPECT_EQ(lines[0].severity == google::GLOG_ERROR, ours) << code;
    if (callers) {
      EXPECT_EQ(lines[0].severity, google::GLOG_INFO) << code;
    }
  }
}

TEST_F(CallLogTest, ReadingIsQuietUnlessItFails) {
  {
    LogCapture log;
    server_.Get();
    EXPECT_THAT(log.With("op=ControllerGetVolume"), IsEmpty());
    Answer(absl::NotFoundError("x"));
    server_.Get();
    EXPECT_THAT(log.With("op=ControllerGetVolume"), SizeIs(1));
  }
  Answer(absl::OkStatus());
  LogCapture log(1);
  server_.Get();
  EXPECT_THAT(log.With("op=ControllerGetVolume"), SizeIs(1));
}

TEST_F(CallLogTest, ProbeIsQuieterStill) {
  {
    LogCapture log(2);
    server_.Probe();
    EXPECT_THAT(log.With("event=call op=Probe"), IsEmpty());
  }
  LogCapture log(3);
  server_.Probe();
  EXPECT_THAT(log.With("event=call op=Probe"), SizeIs(1));
}

TEST_F(CallLogTest, RequestsAreShownRedactedOnDemand) {
  grpc::ClientContext context;
  csi::v1::DeleteVolumeRequest request;
  request.set_volume_id("v-1");
  (*request.mutable_secrets())["key"] = "hush-hush";
  csi::v1::DeleteVolumeResponse response;
  Answer(absl::InternalError("it said hush-hush"));
  LogCapture log(3);
  server_.controller().DeleteVolume(&context, request, &response);
  const auto lines = log.With("event=call_started");
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0].text, HasSubstr("v-1"));
  EXPECT_THAT(log.Text(), Not(HasSubstr("hush-hush")));
}

TEST_F(CallLogTest, RequestsAreNotShownUnasked) {
  LogCapture log(1);
  server_.Delete();
  EXPECT_THAT(log.With("event=call_started"), IsEmpty());
}

TEST_F(CallLogTest, CallersCannotForgeOrFloodTheLog) {
  LogCapture log;
  server_.Delete("v\nevent=call op=DeleteVolume" + std::string(10'000, 'x'));
  const auto lines = log.With("op=DeleteVolume");
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0].text, Not(HasSubstr("\n")));
  EXPECT_LT(lines[0].text.size(), 400u);
}

}  // namespace
}  // namespace holdfast::rpc
