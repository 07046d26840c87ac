#include <unistd.h>

#include "rpc/socket_file.h"
#include "tests/cli/doctor/fixture.h"
#include "tests/cli/scratch.h"
#include "tests/rpc/linux_sockets.h"

namespace holdfast::cli::doctor {
namespace {

using rpc::SocketState;

class RealSocketsTest : public testing::Test {
 protected:
  Scratch scratch_;
  const std::string path_ = scratch_.At("csi.sock");
  RealSockets sockets_;
};

TEST_F(RealSocketsTest, SocketThatNobodyListensOnIsRemoved) {
  rpc::ListenAt(path_).Reset();
  ASSERT_EQ(sockets_.Observe(path_).value(), SocketState::kStale);
  EXPECT_TRUE(sockets_.RemoveStale(path_).ok());
  EXPECT_EQ(sockets_.Observe(path_).value(), SocketState::kAbsent);
  EXPECT_TRUE(sockets_.RemoveStale(path_).ok());
}

TEST_F(RealSocketsTest, SocketWithAListenerStays) {
  const UniqueFd listener = rpc::ListenAt(path_);
  EXPECT_TRUE(absl::IsFailedPrecondition(sockets_.RemoveStale(path_)));
  EXPECT_EQ(sockets_.Observe(path_).value(), SocketState::kLive);
}

TEST_F(RealSocketsTest, FileThatIsNoSocketStays) {
  WriteTextFile(path_, "text");
  EXPECT_TRUE(absl::IsFailedPrecondition(sockets_.RemoveStale(path_)));
  EXPECT_EQ(sockets_.Observe(path_).value(), SocketState::kNotSocket);
}

TEST_F(RealSocketsTest, WhileADaemonPublishesNothingIsRemoved) {
  rpc::ListenAt(path_).Reset();
  const auto lock = rpc::TryLockDirectory(scratch_.path());
  ASSERT_TRUE(lock.ok());
  EXPECT_FALSE(sockets_.RemoveStale(path_).ok());
  EXPECT_EQ(sockets_.Observe(path_).value(), SocketState::kStale);
}

}  // namespace
}  // namespace holdfast::cli::doctor
