// The controller is killed at each system call with an effect while it writes
// down what it must know after a restart (--state).

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
    std::filesystem::create_directory(state_);
    ASSERT_OK_AND_ASSIGN(
        const VolumeFact volume,
        world_.csi().CreateVolume({.name = "v", .bytes = 16 * kMiB}));
    id_ = volume.id;
    home_ = id_.substr(1, id_.find('-') - 1);
  }

  std::vector<std::string> Command() {
    return {SiblingProgram("holdfast-controller"), "--endpoint=" + endpoint_,
            "--agents=" + world_.daemons().agent_endpoint(),
            "--state=" + state_, "--http_address="};
  }

  // At a socket of its own: gRPC has clients wait before they try one again
  // that failed.
  std::vector<std::string> NextCommand() {
    endpoint_ = absl::StrCat("unix://", world_.scratch().path(), "/c",
                             ++starts_, ".sock");
    csi_.emplace(endpoint_, absl::StrCat("unix://", world_.scratch().path(),
                                         "/node.sock"));
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

}  // namespace
}  // namespace holdfast::root
