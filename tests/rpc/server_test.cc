#include "rpc/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "csi/v1/csi.grpc.pb.h"
#include "rpc/channel.h"
#include "tests/rpc/linux_sockets.h"
#include "tests/rpc/scripted_server.h"
#include "tests/rpc/temp_dir.h"

namespace holdfast::rpc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ServerTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Server>> Start() {
    return Server::Start(dir_.Socket(), {&identity_});
  }
  // True if a server answers GetPluginInfo, which nobody implements here.
  bool Answers() { return AnswersAt(dir_.Socket()); }
  bool AnswersAt(const Endpoint& endpoint) {
    const auto stub = csi::v1::Identity::NewStub(MakeChannel(endpoint));
    grpc::ClientContext context;
    csi::v1::GetPluginInfoResponse response;
    return stub->GetPluginInfo(&context, {}, &response).error_code() ==
           grpc::StatusCode::UNIMPLEMENTED;
  }

  TempDir dir_;
  const std::string path_ = dir_.Socket().path;
  csi::v1::Identity::Service identity_;
};

TEST_F(ServerTest, ServesOnItsSocketAndNothingElseIsThere) {
  const auto server = Start();
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_TRUE(Answers());
  EXPECT_THAT(dir_.List(), ElementsAre("csi.sock"));
  EXPECT_EQ(ModeOf(path_), 0600u);
}

TEST_F(ServerTest, ServesOnAPortOfTheKernelsChoice) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    const auto server = Server::Start({.host = host}, {&identity_});
    ASSERT_TRUE(server.ok()) << server.status();
    EXPECT_NE((*server)->endpoint().port, 0);
    EXPECT_TRUE(AnswersAt((*server)->endpoint()));
  }
}

TEST_F(ServerTest, APortIsOnesOwn) {
  const auto server = Server::Start({.host = "127.0.0.1"}, {&identity_});
  ASSERT_TRUE(server.ok()) << server.status();
  csi::v1::Identity::Service other;
  EXPECT_FALSE(Server::Start((*server)->endpoint(), {&other}).ok());
}

TEST_F(ServerTest, StoppingLeavesNothing) {
  auto server = Start();
  ASSERT_TRUE(server.ok()) << server.status();
  (*server)->Shutdown(absl::Seconds(1));
  EXPECT_THAT(dir_.List(), IsEmpty());
  (*server)->Shutdown(absl::Seconds(1));
  server->reset();
  EXPECT_THAT(dir_.List(), IsEmpty());
}

TEST_F(ServerTest, WhoeverSeesTheSocketIsAnswered) {
  std::atomic<bool> done = false;
  std::atomic<int> answered = 0;
  std::atomic<int> refused = 0;
  std::thread client([&] {
    while (!done) {
      const int error = ConnectError(path_);
      if (error == 0) ++answered;
      if (error != 0 && error != ENOENT) ++refused;
    }
  });
  for (int i = 0; i < 20; ++i) {
    auto server = Start();
    ASSERT_TRUE(server.ok()) << server.status();
    const int before = answered;
    while (answered == before) std::this_thread::yield();
    (*server)->Shutdown(absl::ZeroDuration());
  }
  done = true;
  client.join();
  EXPECT_EQ(refused, 0);
}

TEST_F(ServerTest, SocketOfAKilledServerIsReplaced) {
  ListenAt(path_);
  ASSERT_EQ(ConnectError(path_), ECONNREFUSED);
  const auto server = Start();
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_TRUE(Answers());
}

TEST_F(ServerTest, SecondServerIsRefusedAndTheFirstLivesOn) {
  const auto first = Start();
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = Start();
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(second.status().message(), HasSubstr(path_));
  EXPECT_TRUE(Answers());
  EXPECT_THAT(dir_.List(), ElementsAre("csi.sock"));
}

TEST_F(ServerTest, OfServersStartedAtOnceOneGetsTheSocket) {
  constexpr int kServers = 8;
  std::vector<absl::StatusOr<std::unique_ptr<Server>>> servers(kServers);
  std::vector<std::thread> threads;
  for (auto& server : servers) {
    threads.emplace_back([&] { server = Start(); });
  }
  for (auto& thread : threads) thread.join();
  int started = 0;
  for (const auto& server : servers) {
    if (server.ok()) {
      ++started;
    } else {
      EXPECT_EQ(server.status().code(), absl::StatusCode::kFailedPrecondition)
          << server.status();
    }
  }
  EXPECT_EQ(started, 1);
  EXPECT_TRUE(Answers());
}

TEST_F(ServerTest, SocketOfASuccessorIsLeft) {
  auto server = Start();
  ASSERT_TRUE(server.ok()) << server.status();
  ASSERT_TRUE(UnlinkFile(path_).ok());
  const UniqueFd successor = ListenAt(path_);
  (*server)->Shutdown(absl::ZeroDuration());
  EXPECT_EQ(ConnectError(path_), 0);
  EXPECT_THAT(dir_.List(), ElementsAre("csi.sock"));
}

TEST_F(ServerTest, MissingDirectoryIsNamed) {
  const auto server =
      Server::Start({.path = dir_.Path("nowhere/csi.sock")}, {&identity_});
  EXPECT_EQ(server.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(server.status().message(), HasSubstr("nowhere"));
}

// Waits for `operation` to be cancelled, for at most `limit`.
absl::Status WaitForCancel(const Operation& operation, absl::Duration limit) {
  const absl::Time end = absl::Now() + limit;
  while (operation.CheckActive().ok() && absl::Now() < end) {
    std::this_thread::yield();
  }
  return operation.CheckActive();
}

TEST(ServerShutdownTest, CallsUnderWayMayFinish) {
  ScriptedServer scripted;
  absl::Notification started;
  absl::Notification stopping;
  scripted.Set([&](Operation& operation) {
    started.Notify();
    stopping.WaitForNotification();
    return WaitForCancel(operation, absl::Milliseconds(300));
  });
  grpc::Status answer;
  std::thread client([&] { answer = scripted.Delete(); });
  started.WaitForNotification();
  std::thread stopper([&] { scripted.server().Shutdown(absl::Seconds(60)); });
  // The socket's name goes first; from then on the server is stopping.
  while (ConnectError(scripted.server().endpoint().path) == 0) {
    std::this_thread::yield();
  }
  stopping.Notify();
  client.join();
  stopper.join();
  EXPECT_TRUE(answer.ok()) << answer.error_message();
}

TEST(ServerShutdownTest, CallsAreCancelledAfterTheGrace) {
  ScriptedServer scripted;
  absl::Notification started;
  scripted.Set([&](Operation& operation) {
    started.Notify();
    return WaitForCancel(operation, absl::Seconds(30));
  });
  grpc::Status answer;
  std::thread client([&] { answer = scripted.Delete(); });
  started.WaitForNotification();
  const absl::Time before = absl::Now();
  scripted.server().Shutdown(absl::Milliseconds(10));
  EXPECT_LT(absl::Now() - before, absl::Seconds(20));
  client.join();
  EXPECT_FALSE(answer.ok());
}

}  // namespace
}  // namespace holdfast::rpc
