// holdfast-controller as a process.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "tests/driver/linux_daemon.h"
#include "tests/driver/probe.h"
#include "tests/rpc/linux_sockets.h"
#include "tests/rpc/temp_dir.h"

namespace holdfast::driver {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class ControllerDaemonTest : public testing::Test {
 protected:
  std::string Agents() {
    return "--agents=" + dir_.Socket("agent.sock").ToString();
  }
  std::string Endpoint() { return "--endpoint=" + dir_.Socket().ToString(); }

  const rpc::TempDir dir_;
};

TEST_F(ControllerDaemonTest, WithoutAgentsItIsAliveAndNotReady) {
  Daemon daemon({HOLDFAST_CONTROLLER_BINARY, Endpoint(), Agents()});
  ASSERT_TRUE(daemon.AwaitOutput("event=serving ")) << daemon.Wait().output;
  EXPECT_EQ(Probe(dir_.Socket()), Probed::kNotReady);
}

TEST_F(ControllerDaemonTest, SigtermIsAGoodEndThatLeavesNothing) {
  Daemon daemon({HOLDFAST_CONTROLLER_BINARY, Endpoint(), Agents()});
  ASSERT_TRUE(daemon.AwaitOutput("event=serving ")) << daemon.Wait().output;
  daemon.Signal(SIGTERM);
  const Ending end = daemon.Wait();
  EXPECT_EQ(end.exit_code, 0) << end.output;
  EXPECT_THAT(dir_.List(), IsEmpty());
}

TEST_F(ControllerDaemonTest, TheEnvironmentStandsInForTheEndpoint) {
  Daemon daemon({HOLDFAST_CONTROLLER_BINARY, Agents()},
                {"CSI_ENDPOINT=" + dir_.Socket().ToString()});
  ASSERT_TRUE(daemon.AwaitOutput("event=serving ")) << daemon.Wait().output;
  EXPECT_EQ(rpc::ConnectError(dir_.Socket().path), 0);
}

TEST_F(ControllerDaemonTest, AReaderOfItsLogThatIsGoneDoesNotEndIt) {
  Daemon daemon({HOLDFAST_CONTROLLER_BINARY, Endpoint(), Agents()});
  ASSERT_TRUE(daemon.AwaitOutput("event=serving ")) << daemon.Wait().output;
  daemon.CloseOutput();
  daemon.Signal(SIGTERM);  // it logs that it stops
  EXPECT_EQ(daemon.Wait().exit_code, 0);
  EXPECT_THAT(dir_.List(), IsEmpty());
}

TEST_F(ControllerDaemonTest, AnEndpointThatCannotBeHadEndsItWithOne) {
  const Ending end =
      RunProgram({HOLDFAST_CONTROLLER_BINARY, Agents(),
                  "--endpoint=" + dir_.Socket("nowhere/csi.sock").ToString()});
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_THAT(end.output, HasSubstr("nowhere"));
}

}  // namespace
}  // namespace holdfast::driver
