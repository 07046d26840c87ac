#include "rpc/call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "tests/rpc/scripted_server.h"

namespace holdfast::rpc {
namespace {

using testing::HasSubstr;
using testing::Not;

class CallTest : public testing::Test {
 protected:
  void Answer(absl::Status status) {
    server_.Set([status](Operation&) { return status; });
  }
  std::string Exposed() { return server_.metrics().Expose(); }

  ScriptedServer server_;
};

TEST_F(CallTest, CodeAndMessageReachTheClient) {
  Answer(absl::NotFoundError("The volume v-1 is not here; check its id"));
  const grpc::Status status = server_.Delete();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "The volume v-1 is not here; check its id");
  EXPECT_EQ(status.error_details(), "");
  Answer(absl::OkStatus());
  EXPECT_TRUE(server_.Delete().ok());
}

TEST_F(CallTest, FailureWithoutWordsGetsSome) {
  Answer(absl::AbortedError(""));
  EXPECT_NE(server_.Delete().error_message(), "");
}

TEST_F(CallTest, LongMessageKeepsItsCode) {
  // Each byte of it takes three on the wire.
  std::string words;
  while (words.size() < 100'000) words += "\u00fc";
  Answer(absl::DataLossError(words));
  EXPECT_EQ(server_.Delete().error_code(), grpc::StatusCode::DATA_LOSS);
}

TEST_F(CallTest, TheOperationIsNamedAfterTheMethod) {
  std::string name;
  server_.Set([&](Operation& operation) {
    name = operation.name();
    return absl::OkStatus();
  });
  ASSERT_TRUE(server_.Delete().ok());
  EXPECT_EQ(name, "DeleteVolume");
}

TEST_F(CallTest, DeadlineReachesTheOperation) {
  absl::Time deadline;
  server_.Set([&](Operation& operation) {
    deadline = operation.deadline();
    return operation.CheckActive();
  });
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::hours(1));
  ASSERT_TRUE(server_.Delete(context).ok());
  EXPECT_GT(deadline, absl::Now() + absl::Minutes(59));
  EXPECT_LT(deadline, absl::Now() + absl::Minutes(61));
}

TEST_F(CallTest, NoDeadlineIsNoDeadline) {
  absl::Time deadline;
  server_.Set([&](Operation& operation) {
    deadline = operation.deadline();
    return absl::OkStatus();
  });
  ASSERT_TRUE(server_.Delete().ok());
  EXPECT_EQ(deadline, absl::InfiniteFuture());
}

TEST_F(CallTest, CancelReachesTheOperation) {
  absl::Notification started;
  absl::Notification ended;
  absl::Status seen;
  server_.Set([&](Operation& operation) {
    started.Notify();
    const absl::Time limit = absl::Now() + absl::Seconds(30);
    while (operation.CheckActive().ok() && absl::Now() < limit) {
      std::this_thread::yield();
    }
    seen = operation.CheckActive();
    ended.Notify();
    return seen;
  });
  grpc::ClientContext context;
  std::thread canceller([&] {
    started.WaitForNotification();
    context.TryCancel();
  });
  EXPECT_EQ(server_.Delete(context).error_code(), grpc::StatusCode::CANCELLED);
  canceller.join();
  ended.WaitForNotification();
  EXPECT_EQ(seen.code(), absl::StatusCode::kCancelled) << seen;
}

TEST_F(CallTest, ExceptionsAreInternalAndTheServerLives) {
  server_.Set([](Operation& operation) -> absl::Status {
    operation.Step("clone");
    throw std::bad_alloc();
  });
  const grpc::Status status = server_.Delete();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_THAT(status.error_message(), HasSubstr("step clone"));
  server_.Set([](Operation&) -> absl::Status { throw 7; });
  EXPECT_EQ(server_.Delete().error_code(), grpc::StatusCode::INTERNAL);
  Answer(absl::OkStatus());
  EXPECT_TRUE(server_.Delete().ok());
}

TEST_F(CallTest, UnavailableSaidByAHandlerIsNotRepeated) {
  std::atomic<int> runs = 0;
  server_.Set([&](Operation&) {
    ++runs;
    return absl::UnavailableError("busy");
  });
  EXPECT_EQ(server_.Delete().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(runs, 1);
}

TEST_F(CallTest, ErrorsDoNotRepeatSecrets) {
  Answer(absl::InternalError("the tool said: bad key hush-hush"));
  grpc::ClientContext context;
  csi::v1::DeleteVolumeRequest request;
  (*request.mutable_secrets())["key"] = "hush-hush";
  csi::v1::DeleteVolumeResponse response;
  const grpc::Status status =
      server_.controller().DeleteVolume(&context, request, &response);
  EXPECT_THAT(status.error_message(), HasSubstr("bad key"));
  EXPECT_THAT(status.error_message(), Not(HasSubstr("hush-hush")));
}

TEST_F(CallTest, CallsAreCountedByMethodAndCode) {
  server_.Delete();
  server_.Delete();
  Answer(absl::NotFoundError("x"));
  server_.Delete();
  server_.Get();
  const std::string name = "csi_plugin_operations_seconds_count";
  EXPECT_THAT(Exposed(),
              HasSubstr(name + "{code=\"OK\",method=\"DeleteVolume\"} 2\n"));
  EXPECT_THAT(
      Exposed(),
      HasSubstr(name + "{code=\"NOT_FOUND\",method=\"DeleteVolume\"} 1\n"));
  EXPECT_THAT(Exposed(), HasSubstr(name + "{code=\"NOT_FOUND\",method="
                                          "\"ControllerGetVolume\"} 1\n"));
}

TEST_F(CallTest, CallsUnderWayAreCounted) {
  const std::string gauge =
      "csi_plugin_operations_in_flight{method=\"DeleteVolume\"} ";
  std::string during;
  server_.Set([&](Operation&) {
    during = Exposed();
    return absl::OkStatus();
  });
  server_.Delete();
  EXPECT_THAT(during, HasSubstr(gauge + "1\n"));
  EXPECT_THAT(Exposed(), HasSubstr(gauge + "0\n"));
}

}  // namespace
}  // namespace holdfast::rpc
