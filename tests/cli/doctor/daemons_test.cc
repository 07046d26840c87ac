// Daemons, their sockets, and their pools.

#include "tests/cli/doctor/fixture.h"

namespace holdfast::cli::doctor {
namespace {

using rpc::SocketState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kGiB = int64_t{1} << 30;

TEST_F(DoctorTest, NodeDaemonThatDoesNotRunIsAWarning) {
  sockets_.states.erase(kNodeSocket);
  EXPECT_THAT(Complaints("daemons"),
              ElementsAre(Says(Severity::kWarning, "does not run")));
}

TEST_F(DoctorTest, ControllerMayRunElsewhere) {
  sockets_.states.erase(kControllerSocket);
  EXPECT_THAT(Complaints("daemons"),
              ElementsAre(Says(Severity::kNote, "the controller")));
}

TEST_F(DoctorTest, SocketWithoutListenerIsNoDaemon) {
  sockets_.states[kNodeSocket] = SocketState::kStale;
  EXPECT_THAT(Complaints("daemons"),
              ElementsAre(Says(Severity::kWarning, "nobody listens")));
}

TEST_F(DoctorTest, FileInPlaceOfTheSocketIsNoDaemon) {
  sockets_.states[kNodeSocket] = SocketState::kNotSocket;
  EXPECT_THAT(Complaints("daemons"),
              ElementsAre(Says(Severity::kWarning, "no socket")));
}

TEST_F(DoctorTest, SilentDaemonIsAnError) {
  admin_.probes[kNodeEndpoint] = absl::DeadlineExceededError("late");
  EXPECT_THAT(Complaints("daemons"),
              ElementsAre(Says(Severity::kError, "does not answer")));
}

TEST_F(DoctorTest, DaemonThatIsNotReadyIsAWarning) {
  admin_.probes[kNodeEndpoint] = absl::UnavailableError("not ready");
  EXPECT_THAT(Complaints("daemons"),
              ElementsAre(Says(Severity::kWarning, "not ready")));
}

TEST_F(DoctorTest, OtherServerOnTheSocketIsAnError) {
  admin_.probes[kNodeEndpoint] = absl::UnimplementedError("what?");
  EXPECT_THAT(Complaints("daemons"),
              ElementsAre(Says(Severity::kError, "answers with an error")));
}

TEST_F(DoctorTest, DaemonAtATcpAddressIsProbedOnly) {
  settings_.daemons = {{"the agent", "tcp://127.0.0.1:9000", ""}};
  EXPECT_THAT(Complaints("daemons"), IsEmpty());
  EXPECT_THAT(Complaints("sockets"), IsEmpty());
  admin_.probes["tcp://127.0.0.1:9000"] = absl::DeadlineExceededError("late");
  EXPECT_THAT(Complaints("daemons"),
              ElementsAre(Says(Severity::kError, "does not answer")));
}

class SocketsTest : public DoctorTest {
 protected:
  void Add(const std::string& path, SocketState state) {
    Write(path, "");
    sockets_.states[path] = state;
  }
  const std::string temporary_ = "/run/holdfast/node/.csi.sock.0123abcd";
};

TEST_F(SocketsTest, StaleOnesAreRemovedByFix) {
  Add(kNodeSocket, SocketState::kStale);
  Add(temporary_, SocketState::kStale);
  const Report report = Run(Mode::kFix, {"sockets"});
  ASSERT_EQ(report.outcomes.size(), 2u);
  for (const Outcome& outcome : report.outcomes) {
    EXPECT_THAT(outcome.finding, Says(Severity::kNote, "nobody listens"));
    EXPECT_TRUE(outcome.is_fixed());
  }
  EXPECT_EQ(sockets_.states.count(kNodeSocket), 0u);
  EXPECT_EQ(sockets_.states.count(temporary_), 0u);
}

TEST_F(SocketsTest, LiveAndForeignOnesAreLeftAlone) {
  const std::string foreign = "/run/holdfast/node/other.sock";
  Add(kNodeSocket, SocketState::kLive);
  Add(foreign, SocketState::kStale);
  Add("/run/holdfast/node/.csi.sock.short", SocketState::kStale);
  Add("/run/holdfast/node/.csi.sock.0123xyzw", SocketState::kStale);
  EXPECT_THAT(Run(Mode::kFix, {"sockets"}).outcomes, IsEmpty());
  EXPECT_EQ(sockets_.states.count(foreign), 1u);
}

TEST_F(SocketsTest, OneThatCameToLifeStays) {
  Add(kNodeSocket, SocketState::kStale);
  const Findings findings = Complaints("sockets");
  ASSERT_EQ(findings.size(), 1u);
  sockets_.states[kNodeSocket] = SocketState::kLive;
  EXPECT_FALSE(findings[0].fix->apply().ok());
}

TEST_F(DoctorTest, PoolsThatCannotBeAskedAreAWarning) {
  admin_.pools = absl::UnavailableError("nobody there");
  EXPECT_THAT(Complaints("pools"),
              ElementsAre(Says(Severity::kWarning, "nobody there")));
  EXPECT_THAT(Complaints("pool-space"), IsEmpty());
}

TEST_F(DoctorTest, PoolsAreAskedOnceForAllChecks) {
  admin_.pools = absl::DeadlineExceededError("late");
  AttachVolume("a");
  Run();
  EXPECT_EQ(admin_.pool_calls, 1);
}

TEST_F(DoctorTest, DaemonWithoutAdminIsOlder) {
  admin_.pools = absl::UnimplementedError("");
  EXPECT_THAT(Complaints("pools"),
              ElementsAre(Says(Severity::kNote, "does not say")));
}

TEST_F(DoctorTest, PoolWithAnErrorIsAnError) {
  pool().error = "its disk is gone";
  EXPECT_THAT(Complaints("pools"),
              ElementsAre(Says(Severity::kError, "its disk is gone")));
  EXPECT_THAT(Complaints("pool-space"), IsEmpty());
}

TEST_F(DoctorTest, ForgottenPoolIsNoted) {
  pool().forgotten = true;
  EXPECT_THAT(Complaints("pools"),
              ElementsAre(Says(Severity::kNote, "forgotten")));
}

TEST_F(DoctorTest, NoPoolAtAllIsNoted) {
  admin_.pools->clear();
  EXPECT_THAT(Complaints("pools"),
              ElementsAre(Says(Severity::kNote, "no pool")));
}

TEST_F(DoctorTest, PromisedSpaceIsWatched) {
  pool().usable_bytes = 100 * kGiB;
  pool().promised_bytes = 85 * kGiB;
  EXPECT_THAT(Complaints("pool-space"), IsEmpty());
  pool().promised_bytes = 86 * kGiB;
  EXPECT_THAT(Complaints("pool-space"),
              ElementsAre(Says(Severity::kWarning, "86 %")));
  pool().promised_bytes = 96 * kGiB;
  EXPECT_THAT(Complaints("pool-space"),
              ElementsAre(Says(Severity::kError, "96 %")));
}

TEST_F(DoctorTest, FileSystemThatLivesOnItsReserveIsAnError) {
  pool().free_bytes = 3 * kGiB / 2;  // half of size less usable
  EXPECT_THAT(Complaints("pool-space"), IsEmpty());
  pool().free_bytes -= 1;
  EXPECT_THAT(Complaints("pool-space"),
              ElementsAre(Says(Severity::kError, "reserve")));
}

TEST_F(DoctorTest, PoolThatPromisesMoreThanItHasKeepsAReserveToo) {
  pool().usable_bytes = 200 * kGiB;
  pool().free_bytes = kGiB / 3;
  EXPECT_THAT(Complaints("pool-space"),
              ElementsAre(Says(Severity::kError, "reserve")));
}

TEST_F(DoctorTest, LargeTrashIsNoted) {
  pool().trash_bytes = 20 * kGiB;
  EXPECT_THAT(Complaints("pool-space"), IsEmpty());
  pool().trash_bytes = 21 * kGiB;
  EXPECT_THAT(Complaints("pool-space"),
              ElementsAre(Says(Severity::kNote, "trash")));
}

}  // namespace
}  // namespace holdfast::cli::doctor
