// The controller is killed at each system call with an effect while it writes
// down what it must know after a restart (--state).

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "holdfast/v1/admin.grpc.pb.h"
#include "tests/root/fixture/csi.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/process.h"
#include "tests/root/fixture/world.h"
#include "tests/root/kill/traced_start.h"

namespace holdfast::root {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);

// Each file of the directory, with what is in it.
using State = std::map<std::string, std::string>;

class ControllerStateKillTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(world_.StartWith({}, {.parts = DaemonParts::kNodeOnly}));
    agents_ = world_.daemons().agent_endpoint();
    std::filesystem::create_directory(state_);
    ASSERT_OK_AND_ASSIGN(
        const VolumeFact volume,
        world_.csi().CreateVolume({.name = "v", .bytes = 16 * kMiB}));
    id_ = volume.id;
    home_ = id_.substr(1, id_.find('-') - 1);
  }

  std::vector<std::string> Command() {
    return {SiblingProgram("holdfast-controller"), "--endpoint=" + endpoint_,
            "--agents=" + agents_, "--state=" + state_, "--http_address="};
  }

  std::string NodeEndpoint() {
    return absl::StrCat("unix://", world_.scratch().path(), "/node.sock");
  }

  // At a socket of its own: gRPC has clients wait before they try one again
  // that failed.
  std::vector<std::string> NextCommand() {
    endpoint_ = absl::StrCat("unix://", world_.scratch().path(), "/c",
                             ++starts_, ".sock");
    csi_.emplace(endpoint_, NodeEndpoint());
    return Command();
  }

  absl::Status Start() {
    controller_.reset();
    ASSIGN_OR_RETURN(controller_,
                     Process::Start({.argv = NextCommand(), .output = log_}));
    const auto serves = [this] {
      std::ifstream file(log_);
      std::stringstream text;
      text << file.rdbuf();
      return absl::StrContains(
          text.str(), absl::StrCat("event=serving endpoint=", endpoint_));
    };
    if (!Await(serves)) return absl::InternalError("it does not serve");
    return absl::OkStatus();
  }

  // Without wait-for-ready: what was killed never gets ready.
  absl::Status Forget() {
    const auto stub = v1::Admin::NewStub(
        grpc::CreateChannel(endpoint_, grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
    v1::ForgetPoolRequest request;
    request.set_pool(home_);
    request.set_data_is_lost(true);
    v1::ForgetPoolResponse response;
    const grpc::Status status = stub->ForgetPool(&context, request, &response);
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                        status.error_message());
  }

  State ReadState() const {
    State state;
    for (const auto& entry : std::filesystem::directory_iterator(state_)) {
      std::ifstream file(entry.path());
      std::stringstream text;
      text << file.rdbuf();
      state[entry.path().filename()] = text.str();
    }
    return state;
  }
  void ClearState() const {
    for (const auto& entry : std::filesystem::directory_iterator(state_)) {
      std::filesystem::remove(entry.path());
    }
  }
  std::string KnownName() const { return "known-pool-" + home_; }
  std::string ForgottenName() const { return "forgotten-pool-" + home_; }

  static bool Await(const std::function<bool()>& done) {
    const absl::Time end = absl::Now() + kPatience;
    while (!done()) {
      if (absl::Now() > end) return false;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return true;
  }

  World world_;
  const std::string state_ = world_.scratch().Sub("state");
  int starts_ = 0;
  std::string endpoint_;
  const std::string log_ = world_.scratch().Sub("c.log");
  std::string agents_;
  std::optional<Csi> csi_;
  std::optional<Process> controller_;
  std::string id_;
  std::string home_;
};

TEST_F(ControllerStateKillTest, WhileItWritesDownThePoolsThatItKnows) {
  ASSERT_OK(Start());
  ASSERT_TRUE(Await([&] { return ReadState().contains(KnownName()); }));
  const State whole = ReadState();
  ASSERT_EQ(whole.size(), 1u);
  ASSERT_NE(whole.at(KnownName()).find("agent "), std::string::npos);

  AtEachPoint(Watched::kEffects, [&](const TracePlan& plan) {
    controller_.reset();
    ClearState();
    auto traced = StartTraced(NextCommand(), log_, plan);
    EXPECT_OK(traced);
    if (!traced.ok()) return Trace{};
    EXPECT_TRUE(Await(
        [&] { return !traced->process.IsRunning() || ReadState() == whole; }));
    Trace trace = traced->tracer.Finish();
    traced->process.Kill();
    if (ReadState().contains(KnownName())) {
      EXPECT_EQ(ReadState().at(KnownName()), whole.at(KnownName()));
    }
    EXPECT_OK(Start());
    EXPECT_TRUE(Await([&] { return ReadState() == whole; }))
        << testing::PrintToString(ReadState());
    if (trace.killed) return trace;
    EXPECT_OK(csi_->WaitUntilReady(absl::Now() + kPatience));
    const auto volumes = csi_->ListVolumes();
    EXPECT_OK(volumes);
    if (volumes.ok()) {
      EXPECT_EQ(volumes->size(), 1u);
    }
    return trace;
  });
}

TEST_F(ControllerStateKillTest, WhileAPoolIsForgotten) {
  ASSERT_OK(Start());
  ASSERT_TRUE(Await([&] { return ReadState().contains(KnownName()); }));
  const std::string owner = agents_;
  // Answers at once that it has no pool; a dead one would be waited for.
  agents_ = NodeEndpoint();

  AtEachPoint(Watched::kEffects, [&](const TracePlan& plan) {
    std::filesystem::remove(absl::StrCat(state_, "/", ForgottenName()));
    EXPECT_OK(Start());
    auto tracer = Tracer::Attach(controller_->pid(), plan);
    EXPECT_OK(tracer);
    if (!tracer.ok()) return Trace{};
    const absl::Status forgotten = Forget();
    Trace trace = tracer->Finish();
    EXPECT_EQ(forgotten.code(), trace.killed ? absl::StatusCode::kUnavailable
                                             : absl::StatusCode::kOk)
        << forgotten;
    const bool noted = ReadState().contains(ForgottenName());
    EXPECT_TRUE(noted || trace.killed) << "it was acknowledged";
    EXPECT_OK(Start());
    EXPECT_EQ(csi_->DeleteVolume(id_).code(),
              noted ? absl::StatusCode::kOk : absl::StatusCode::kUnavailable);
    EXPECT_OK(Forget());
    EXPECT_OK(csi_->DeleteVolume(id_));
    return trace;
  });

  // Also when its agent is back.
  agents_ = owner;
  ASSERT_OK(Start());
  ASSERT_OK(csi_->WaitUntilReady(absl::Now() + kPatience));
  ASSERT_OK_AND_ASSIGN(const auto volumes, csi_->ListVolumes());
  EXPECT_TRUE(volumes.empty());
  EXPECT_EQ(ReadState().size(), 2u) << testing::PrintToString(ReadState());
}

}  // namespace
}  // namespace holdfast::root
