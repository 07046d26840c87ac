// The doctor beside the real daemons, and the command itself.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/doctor/grpc_admin_view.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/scratch.h"
#include "tests/root/fixture/world.h"

namespace holdfast::root {
namespace {

using ::testing::HasSubstr;

TEST(DoctorOnDaemons, StoppedDaemonDoesNotAnswerAndContinues) {
  World machine;
  ASSERT_OK(machine.Start());
  const std::string socket = machine.daemons().spec().directory + "/node.sock";
  cli::doctor::GrpcAdminView view({}, absl::Seconds(2));
  EXPECT_OK(view.Probe("unix://" + socket));
  ASSERT_EQ(kill(machine.daemons().node_pid(), SIGSTOP), 0);
  EXPECT_TRUE(absl::IsDeadlineExceeded(view.Probe("unix://" + socket)));
  ASSERT_EQ(kill(machine.daemons().node_pid(), SIGCONT), 0);
  EXPECT_OK(cli::doctor::GrpcAdminView({}, absl::Minutes(1))
                .Probe("unix://" + socket));
}

TEST(DoctorOnDaemons, HealthyDaemonsAndTheirPoolAreWell) {
  World machine;
  ASSERT_OK(machine.Start());
  const std::string at = "unix://" + machine.daemons().spec().directory;
  const auto text =
      RunProgram({SiblingProgram("holdfast"), "doctor", "--check=daemons",
                  "--check=sockets", "--check=pools", "--check=pool-space",
                  absl::StrCat("--node_endpoint=", at, "/node.sock"),
                  absl::StrCat("--agent_endpoint=", at, "/agent.sock"),
                  absl::StrCat("--endpoint=", at, "/controller.sock")});
  ASSERT_OK(text);
  EXPECT_THAT(*text, HasSubstr("All is well (4 checks)."));
  EXPECT_THAT(*text, HasSubstr(machine.pool()));
}

// The command itself, in a mount namespace of its own.
TEST(DoctorCommand, TellsAPrivateMountFromASharedOne) {
  const Scratch scratch;
  const std::string kubelet = scratch.MakeDirectory("k");
  const auto examine = [&](const std::string& propagation) {
    return RunProgram(
        {"unshare", "--mount", "sh", "-c",
         absl::StrCat("mount -t tmpfs none ", kubelet, " && mount --make-",
                      propagation, " ", kubelet, " && ",
                      SiblingProgram("holdfast"),
                      " doctor --check=propagation --kubelet=", kubelet)});
  };
  const auto with_private = examine("private");
  ASSERT_FALSE(with_private.ok());
  EXPECT_THAT(std::string(with_private.status().message()),
              HasSubstr("no shared mount"));
  const auto with_shared = examine("shared");
  ASSERT_OK(with_shared);
  EXPECT_THAT(*with_shared, HasSubstr("All is well"));
}

}  // namespace
}  // namespace holdfast::root
