// holdfast-node as a process, up to where it needs a real pool.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/ids.h"
#include "csi/v1/csi.grpc.pb.h"
#include "rpc/channel.h"
#include "tests/driver/linux_daemon.h"
#include "tests/driver/probe.h"
#include "tests/rpc/linux_sockets.h"
#include "tests/rpc/temp_dir.h"

namespace holdfast::driver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class NodeDaemonTest : public testing::Test {
 protected:
  std::vector<std::string> Flags() {
    return {HOLDFAST_NODE_BINARY, "--endpoint=" + dir_.Socket().ToString(),
            "--agent_endpoint=" + dir_.Socket("agent.sock").ToString(),
            "--pool=" + dir_.Path("pool"), "--node_id=node-1"};
  }
  Ending RunWith(const std::string& flag) {
    auto flags = Flags();
    flags.push_back(flag);
    return RunProgram(flags);
  }
  // The header of a pool, owned by somebody else for as long as the answer
  // lives.
  UniqueFd MakeOwnedPool() {
    std::filesystem::create_directory(dir_.Path("pool"));
    std::ofstream(dir_.Path("pool/POOL"))
        << "format_version: 1\n"
           "uuid: \"11111111-2222-4333-8444-555555555555\"\n";
    return LockFile(dir_.Path("pool/POOL"));
  }

  const rpc::TempDir dir_;
};

grpc::Status Expand(const rpc::Endpoint& endpoint) {
  const auto stub = csi::v1::Node::NewStub(rpc::MakeChannel(endpoint));
  grpc::ClientContext context;
  csi::v1::NodeExpandVolumeRequest request;
  request.set_volume_id(
      MakeId('p', HomeOf("a pool"), IdKind::kVolume, "volume"));
  request.set_volume_path("/nowhere");
  csi::v1::NodeExpandVolumeResponse response;
  return stub->NodeExpandVolume(&context, request, &response);
}

TEST_F(NodeDaemonTest, MissingPoolEndsItWithOne) {
  const Ending end = RunProgram(Flags());
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_THAT(end.output, HasSubstr("is not a pool"));
  EXPECT_THAT(end.output, HasSubstr("holdfast pool init"));
  EXPECT_THAT(dir_.List(), ElementsAre());
}

TEST_F(NodeDaemonTest, WhileThePoolIsAnothersItIsAliveAndNotReady) {
  const UniqueFd owner = MakeOwnedPool();
  ASSERT_TRUE(owner.valid());
  Daemon daemon(Flags());
  ASSERT_TRUE(daemon.AwaitOutput("event=waiting_for_pool"))
      << daemon.Wait().output;
  EXPECT_EQ(Probe(dir_.Socket()), Probed::kNotReady);
  const grpc::Status refused = Expand(dir_.Socket());
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(refused.error_message(), HasSubstr("not open here yet"));
  EXPECT_THAT(dir_.List(), ElementsAre("csi.sock", "pool"))
      << "no pool is announced";
}

TEST_F(NodeDaemonTest, TheHolderOfALockIsNamed) {
  const UniqueFd owner = MakeOwnedPool();
  Daemon daemon(Flags());
  ASSERT_TRUE(daemon.AwaitOutput("event=waiting_for_pool"));
  EXPECT_TRUE(daemon.AwaitOutput("process " + std::to_string(::getpid())));
}

TEST_F(NodeDaemonTest, OnePoolThatIsRefusedDoesNotEndTheWaitForAnother) {
  const UniqueFd owner = MakeOwnedPool();
  auto flags = Flags();
  flags.push_back("--pool=other=" + dir_.Path("nothing"));
  Daemon daemon(flags);
  ASSERT_TRUE(daemon.AwaitOutput("event=pool_refused pool=other"))
      << daemon.Wait().output;
  EXPECT_EQ(Probe(dir_.Socket()), Probed::kNotReady);
}

TEST_F(NodeDaemonTest, OnePoolUnderTwoNamesIsRefused) {
  const UniqueFd owner = MakeOwnedPool();
  std::filesystem::create_directory(dir_.Path("copy"));
  std::filesystem::copy(dir_.Path("pool/POOL"), dir_.Path("copy/POOL"));
  auto flags = Flags();
  flags.push_back("--pool=copy=" + dir_.Path("copy"));
  Daemon daemon(flags);
  EXPECT_TRUE(daemon.AwaitOutput("are one pool")) << daemon.Wait().output;
}

TEST_F(NodeDaemonTest, PoolsHaveNamesAndPlacesOfTheirOwn) {
  for (const auto& [flag, mistake] : std::map<std::string, std::string>{
           {"--pool=" + dir_.Path("b"), "default is given twice"},
           {"--pool=b=" + dir_.Path("pool"), "is given twice"},
           {"--pool=B=/b", "named by a label"},
           {"--pool=-b=/b", "named by a label"},
           {"--pool=b=relative", "absolute path"},
           {"--pool_mounts=relative", "--pool_mounts must be"}}) {
    const Ending end = RunWith(flag);
    EXPECT_EQ(end.exit_code, 2) << flag;
    EXPECT_THAT(end.output, HasSubstr(mistake)) << flag;
  }
}

TEST_F(NodeDaemonTest, DefaultFileSystemIsOneThatVolumesCanHave) {
  const Ending end = RunWith("--default_fs_type=ntfs");
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.output, HasSubstr("--default_fs_type must be one of ext4, "
                                    "ext3, xfs, btrfs and is ntfs"));
  for (const std::string type : {"ext4", "ext3", "xfs", "btrfs"}) {
    EXPECT_THAT(RunWith("--default_fs_type=" + type).output,
                Not(HasSubstr("--default_fs_type must be")));
  }
}

TEST_F(NodeDaemonTest, SigtermWhileItWaitsIsAGoodEnd) {
  const UniqueFd owner = MakeOwnedPool();
  Daemon daemon(Flags());
  ASSERT_TRUE(daemon.AwaitOutput("event=waiting_for_pool"))
      << daemon.Wait().output;
  daemon.Signal(SIGTERM);
  const Ending end = daemon.Wait();
  EXPECT_EQ(end.exit_code, 0) << end.output;
  EXPECT_THAT(dir_.List(), ElementsAre("pool"));
}

// A predecessor has both the pool and the sockets; it lets go of the sockets
// first.
TEST_F(NodeDaemonTest, TheSocketOfAPredecessorIsWaitedFor) {
  const UniqueFd owner = MakeOwnedPool();
  UniqueFd predecessor = rpc::ListenAt(dir_.Socket().path);
  Daemon daemon(Flags());
  ASSERT_TRUE(daemon.AwaitOutput("event=waiting_for_pool"))
      << daemon.Wait().output;
  std::filesystem::remove(dir_.Socket().path);
  predecessor.Reset();
  ASSERT_TRUE(daemon.AwaitOutput("event=serving ")) << daemon.Wait().output;
  EXPECT_EQ(Probe(dir_.Socket()), Probed::kNotReady);
}

TEST_F(NodeDaemonTest, WhenThePoolIsFreeItIsTaken) {
  UniqueFd owner = MakeOwnedPool();
  Daemon daemon(Flags());
  ASSERT_TRUE(daemon.AwaitOutput("event=waiting_for_pool"))
      << daemon.Wait().output;
  // What it was given is not a whole pool, and now it finds that out.
  owner.Reset();
  const Ending end = daemon.Wait();
  EXPECT_EQ(end.exit_code, 1) << end.output;
  EXPECT_THAT(end.output, HasSubstr("event=failed"));
  EXPECT_THAT(dir_.List(), ElementsAre("pool"));
}

TEST_F(NodeDaemonTest, NodeIdHasToBeALabelValue) {
  for (const char* good : {"n", "node-1.example_x", "7"}) {
    EXPECT_THAT(RunWith(std::string("--node_id=") + good).output,
                Not(HasSubstr("--node_id must be")))
        << good;
  }
  for (const std::string& bad :
       {std::string("-n"), std::string("n."), std::string("n/1"),
        std::string("a b"), std::string(64, 'n'), std::string("n\xc3\xa4")}) {
    const Ending end = RunWith("--node_id=" + bad);
    EXPECT_EQ(end.exit_code, 2) << bad;
    EXPECT_THAT(end.output, HasSubstr("--node_id must be the value of a "
                                      "Kubernetes label"));
  }
}

}  // namespace
}  // namespace holdfast::driver
