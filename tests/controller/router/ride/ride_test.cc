// 200 agents that come, go, hang and move at random while eight callers work:
// no volume is lost, doubled or said to be gone, lists are complete or fail,
// and everything converges when the agents are back.
//
// HOLDFAST_RIDE_SECONDS: how long (20). HOLDFAST_SEED: to repeat a run.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "tests/controller/router/ride/herd.h"
#include "tests/controller/router/ride/rider.h"

namespace holdfast::controller {
namespace {

constexpr int kRiders = 8;
constexpr absl::Duration kStorm = absl::Seconds(3);
constexpr absl::Duration kBetweenDisturbances = absl::Milliseconds(25);
// After the last return: twice what gRPC waits before it connects again, and
// the calls themselves on a busy machine.
constexpr absl::Duration kConvergence = absl::Seconds(20);

int64_t NumberFrom(const char* variable, int64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoll(text);
}

class RideTest : public testing::Test {
 protected:
  void SetUp() override {
    std::cout << "HOLDFAST_SEED=" << seed_ << std::endl;
    auto server = rpc::Server::Start(socket_, {&service_});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    for (int i = 0; i < kRiders; ++i) {
      riders_.push_back(std::make_unique<Rider>(i, seed_, socket_.path));
    }
  }

  // Disturbances and calls at a time.
  void Storm() {
    std::atomic<bool> over = false;
    std::vector<std::jthread> threads;
    for (auto& rider : riders_) {
      threads.emplace_back([&] {
        while (!over) rider->CallOnce();
      });
    }
    const absl::Time end = absl::Now() + kStorm;
    while (absl::Now() < end) {
      herd_.Disturb();
      Announce();
      absl::SleepFor(kBetweenDisturbances);  // the pace of the weather
    }
    over = true;
  }

  // As Discovery does.
  void Announce() {
    known_.agents.Set(herd_.Listed());
    known_.agents.Refresh();
  }

  // Everybody is back: what was not answered is, and lists are complete.
  void Converge() {
    herd_.Calm();
    const absl::Time end = absl::Now() + kConvergence;
    for (auto& rider : riders_) {
      bool settled = false;
      while (!settled && absl::Now() < end) {
        Announce();
        settled = rider->Settle() && rider->ListAll();
      }
      EXPECT_TRUE(settled) << "not converged";
    }
  }

  // What is in the pools is what was answered, once each.
  void CheckPools() {
    std::multiset<std::string> expected;
    for (const auto& rider : riders_) {
      for (const auto& [name, fact] : rider->facts()) expected.insert(fact.id);
    }
    EXPECT_EQ(herd_.AllVolumes(), expected);
  }

  void Report() {
    std::map<std::string, int> counts = herd_.disturbances();
    for (const auto& rider : riders_) {
      for (const auto& [what, count] : rider->answers()) counts[what] += count;
    }
    for (const auto& [what, count] : counts) {
      std::cout << what << ": " << count << "\n";
    }
    EXPECT_GT(counts["list 0"], 0);
    EXPECT_GT(counts["list 14"], 0);
    EXPECT_GT(counts["create 0"], 0);
  }

  const uint32_t seed_ =
      static_cast<uint32_t>(NumberFrom("HOLDFAST_SEED", 20261123));
  SocketDirectory directory_;
  const rpc::Endpoint socket_ = directory_.Socket("controller");
  Herd herd_{seed_};
  Metrics metrics_;
  rpc::Calls calls_{metrics_};
  Directory known_{herd_.Listed(), kShort, absl::Milliseconds(500)};
  RouterService service_{known_.agents, calls_};
  std::unique_ptr<rpc::Server> server_;
  std::vector<std::unique_ptr<Rider>> riders_;
};

TEST_F(RideTest, NoVolumeIsLostDoubledOrSaidToBeGone) {
  const absl::Time end =
      absl::Now() + absl::Seconds(NumberFrom("HOLDFAST_RIDE_SECONDS", 20));
  do {
    Storm();
    Converge();
    CheckPools();
  } while (!HasFailure() && absl::Now() < end);
  Report();
}

}  // namespace
}  // namespace holdfast::controller
