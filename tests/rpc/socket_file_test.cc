#include "rpc/socket_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "tests/rpc/linux_sockets.h"
#include "tests/rpc/temp_dir.h"

namespace holdfast::rpc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SocketFileTest : public testing::Test {
 protected:
  // Publishes a socket that listens, kept open in `listener_`.
  absl::StatusOr<SocketFile> Publish(
      absl::Duration patience = SocketFile::kPatience) {
    const auto listen = [&](const std::string& temporary) {
      ++listens_;
      listener_ = ListenAt(temporary);
      return listener_.valid() ? absl::OkStatus()
                               : absl::InternalError("cannot listen");
    };
    return SocketFile::Publish(path_, listen, patience);
  }

  TempDir dir_;
  const std::string path_ = dir_.Path("csi.sock");
  UniqueFd listener_;
  int listens_ = 0;
};

TEST_F(SocketFileTest, NameIsAbsentUntilSomebodyListens) {
  const auto socket =
      SocketFile::Publish(path_, [&](const std::string& temporary) {
        EXPECT_EQ(ConnectError(path_), ENOENT);
        listener_ = ListenAt(temporary);
        EXPECT_EQ(ConnectError(path_), ENOENT);
        return absl::OkStatus();
      });
  ASSERT_TRUE(socket.ok()) << socket.status();
  EXPECT_EQ(ConnectError(path_), 0);
  EXPECT_THAT(dir_.List(), ElementsAre("csi.sock"));
}

TEST_F(SocketFileTest, OnlyTheOwnerMayConnect) {
  ASSERT_TRUE(Publish().ok());
  EXPECT_EQ(ModeOf(path_), 0600u);
}

TEST_F(SocketFileTest, SocketOfAKilledProcessIsReplaced) {
  ListenAt(path_);  // closed at once, its file left
  ASSERT_EQ(ConnectError(path_), ECONNREFUSED);
  const auto socket = Publish();
  ASSERT_TRUE(socket.ok()) << socket.status();
  EXPECT_EQ(ConnectError(path_), 0);
}

TEST_F(SocketFileTest, LiveSocketIsRefusedAndLeftAlone) {
  const UniqueFd other = ListenAt(path_);
  const auto before = IdentityOf(path_);
  const auto socket = Publish();
  EXPECT_EQ(socket.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(socket.status().message(), HasSubstr(path_));
  EXPECT_EQ(listens_, 0);
  EXPECT_EQ(*IdentityOf(path_), *before);
  EXPECT_EQ(ConnectError(path_), 0);
}

TEST_F(SocketFileTest, LiveSocketWithAFullQueueIsRefusedWithoutWaiting) {
  const UniqueFd other = ListenAt(path_);
  // Nobody accepts; the queue of 8 takes one more and then is full.
  for (int i = 0; i < 20; ++i) {
    const auto state = ObserveSocket(path_);
    ASSERT_TRUE(state.ok()) << state.status();
    ASSERT_EQ(*state, SocketState::kLive) << i;
  }
  EXPECT_EQ(Publish().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(SocketFileTest, FileThatIsNoSocketIsRefusedAndKept) {
  std::ofstream(path_) << "precious";
  EXPECT_EQ(Publish().status().code(), absl::StatusCode::kFailedPrecondition);
  std::string kept;
  std::ifstream(path_) >> kept;
  EXPECT_EQ(kept, "precious");
}

TEST_F(SocketFileTest, MissingDirectoryIsNamed) {
  const auto socket =
      SocketFile::Publish(dir_.Path("nowhere/csi.sock"),
                          [](const std::string&) { return absl::OkStatus(); });
  EXPECT_EQ(socket.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(socket.status().message(), HasSubstr(dir_.Path("nowhere")));
}

TEST_F(SocketFileTest, FailureToListenLeavesNothing) {
  const auto socket =
      SocketFile::Publish(path_, [&](const std::string& temporary) {
        listener_ = ListenAt(temporary);
        return absl::InternalError("after bind");
      });
  EXPECT_EQ(socket.status().message(), "after bind");
  EXPECT_THAT(dir_.List(), IsEmpty());
}

TEST_F(SocketFileTest, PublishingIsForOneAtATime) {
  auto lock = TryLockDirectory(dir_.Path(""));
  ASSERT_TRUE(lock.ok()) << lock.status();
  EXPECT_EQ(Publish(absl::ZeroDuration()).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(listens_, 0);
  lock->Reset();
  EXPECT_TRUE(Publish().ok());
}

TEST_F(SocketFileTest, RemoveTakesTheOwnSocketAway) {
  auto socket = Publish();
  ASSERT_TRUE(socket.ok()) << socket.status();
  EXPECT_TRUE(socket->Remove().ok());
  EXPECT_THAT(dir_.List(), IsEmpty());
  EXPECT_TRUE(socket->Remove().ok()) << "what is gone is gone";
}

TEST_F(SocketFileTest, RemoveLeavesTheSocketOfASuccessor) {
  auto socket = Publish();
  ASSERT_TRUE(socket.ok()) << socket.status();
  ASSERT_TRUE(UnlinkFile(path_).ok());
  const UniqueFd successor = ListenAt(path_);
  EXPECT_TRUE(socket->Remove().ok());
  EXPECT_EQ(ConnectError(path_), 0);
}

}  // namespace
}  // namespace holdfast::rpc
