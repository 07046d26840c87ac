#include "controller/router/agents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/controller/router/running_agent.h"

namespace holdfast::controller {
namespace {

using testing::HasSubstr;

// Of this process.
ptrdiff_t CountThreads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                       std::filesystem::directory_iterator());
}

class AgentsTest : public testing::Test {
 protected:
  std::string IdOf(PoolAgent& agent) {
    return agent.pool().backend().VolumeId({.name = "a"}).value();
  }

  SocketDirectory directory_;
  const Operation operation_{"test"};
};

TEST_F(AgentsTest, AnIdLeadsToTheAgentOfItsPool) {
  PoolAgent a(directory_.Socket("a"), "pool-a", "node-a");
  PoolAgent b(directory_.Socket("b"), "pool-b", "node-b");
  Directory known({a.endpoint(), b.endpoint()});
  Agents& agents = known.agents;
  for (PoolAgent* each : {&a, &b}) {
    const auto found = agents.ForId(IdOf(*each), operation_);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ((*found)->name(), each->endpoint().ToString());
  }
}

TEST_F(AgentsTest, AMalformedIdIsNotFoundWhoeverIsConnected) {
  Directory known({directory_.Socket("nobody")});
  Agents& agents = known.agents;
  EXPECT_TRUE(
      absl::IsNotFound(agents.ForId("fake-vol-id", operation_).status()));
}

TEST_F(AgentsTest, APoolThatNobodyHasIsUnavailable) {
  PoolAgent a(directory_.Socket("a"), "pool-a", "node-a");
  Directory known({a.endpoint()});
  Agents& agents = known.agents;
  const std::string id = MakeId('p', HomeOf("gone"), IdKind::kVolume, "a");
  const absl::Status status = agents.ForId(id, operation_).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(HomeOf("gone")));
}

TEST_F(AgentsTest, WithoutAgentsEverythingIsUnavailable) {
  Directory known({});
  Agents& agents = known.agents;
  const std::string id = MakeId('p', HomeOf("gone"), IdKind::kVolume, "a");
  EXPECT_TRUE(absl::IsUnavailable(agents.ForId(id, operation_).status()));
}

TEST_F(AgentsTest, ASilentAgentDelaysNoOther) {
  SilentSocket silent(directory_.Socket("silent"));
  PoolAgent a(directory_.Socket("a"), "pool-a", "node-a");
  Directory known({silent.endpoint(), a.endpoint()});
  Agents& agents = known.agents;
  const auto found = agents.ForId(IdOf(a), operation_);
  EXPECT_TRUE(found.ok()) << found.status();
}

TEST_F(AgentsTest, AnAgentThatStartsLateIsWaitedFor) {
  PoolAgent a(directory_.Socket("a"), "pool-a", "node-a");
  a.Stop();
  Directory known({a.endpoint()});
  Agents& agents = known.agents;
  EXPECT_TRUE(absl::IsUnavailable(agents.CheckReady()));  // asks it
  a.Start();
  const auto found = agents.ForId(IdOf(a), operation_);
  EXPECT_TRUE(found.ok()) << found.status();
  EXPECT_TRUE(agents.CheckReady().ok());
}

TEST_F(AgentsTest, NoQuestionHasAThreadOfItsOwn) {
  constexpr int kAgents = 40;
  std::vector<std::unique_ptr<SilentSocket>> silent;
  std::vector<rpc::Endpoint> endpoints;
  for (int i = 0; i < kAgents; ++i) {
    endpoints.push_back(directory_.Socket(absl::StrCat("silent-", i)));
    silent.push_back(std::make_unique<SilentSocket>(endpoints.back()));
  }
  Directory known(endpoints, kShort);
  const ptrdiff_t before = CountThreads();
  std::atomic<bool> answered = false;
  std::thread asker([&] {
    EXPECT_TRUE(absl::IsUnavailable(known.agents.All(operation_).status()));
    answered = true;
  });
  ptrdiff_t most = 0;
  while (!answered) most = std::max(most, CountThreads());
  asker.join();
  EXPECT_LT(most - before, kAgents / 2);
}

TEST_F(AgentsTest, AnAgentThatIsGoneIsNamed) {
  PoolAgent a(directory_.Socket("a"), "pool-a", "node-a");
  PoolAgent b(directory_.Socket("b"), "pool-b", "node-b");
  Directory known({a.endpoint(), b.endpoint()}, kShort);
  Agents& agents = known.agents;
  ASSERT_TRUE(agents.All(operation_).ok());
  a.Stop();
  const absl::Status status = agents.ForId(IdOf(a), operation_).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(a.endpoint().ToString()));
  EXPECT_TRUE(agents.ForId(IdOf(b), operation_).ok());
  EXPECT_THAT(std::string(agents.All(operation_).status().message()),
              HasSubstr(a.endpoint().ToString()));
}

TEST_F(AgentsTest, ACallThatHasNoTimeLeftIsAnsweredInTime) {
  SilentSocket silent(directory_.Socket("silent"));
  Directory known({silent.endpoint()});
  Agents& agents = known.agents;
  const absl::Time deadline = absl::Now() + kShort;
  const Operation hurried("test", deadline);
  const std::string id = MakeId('p', HomeOf("p"), IdKind::kVolume, "a");
  EXPECT_TRUE(absl::IsUnavailable(agents.ForId(id, hurried).status()));
  EXPECT_TRUE(agents.Reachable(hurried).connected.empty());
}

TEST_F(AgentsTest, WhatARestartedAgentServesIsLearntAnew) {
  const rpc::Endpoint endpoint = directory_.Socket("a");
  auto before = std::make_unique<PoolAgent>(endpoint, "pool-a", "node-a");
  const std::string old_id = IdOf(*before);
  Directory known({endpoint});
  Agents& agents = known.agents;
  ASSERT_TRUE(agents.ForId(old_id, operation_).ok());
  before.reset();
  PoolAgent after(endpoint, "pool-b", "node-a");
  // What the lost connection announced is not believed any more once a call
  // has failed on it, which may be before gRPC has noticed.
  for (const auto& each : agents.Reachable(operation_).connected) {
    agents.Doubt(*each.agent);
  }
  EXPECT_TRUE(agents.ForId(IdOf(after), operation_).ok());
  EXPECT_TRUE(absl::IsUnavailable(agents.ForId(old_id, operation_).status()));
}

TEST_F(AgentsTest, AnOldAnnouncementIsAskedForAnew) {
  PoolAgent a(directory_.Socket("a"), "pool-a", "node-a");
  Directory known({a.endpoint()}, kForever, absl::ZeroDuration());
  ASSERT_TRUE(known.agents.All(operation_).ok());
  const Hang hang(a);  // its controller: the announcement does not need it
  EXPECT_TRUE(known.agents.All(operation_).ok());
}

TEST_F(AgentsTest, APoolThatAnotherAgentBringsBackIsNotMissed) {
  const rpc::Endpoint old = directory_.Socket("a");
  auto before = std::make_unique<PoolAgent>(old, "pool-a", "node-a");
  const std::string id = IdOf(*before);
  const rpc::Endpoint fresh = directory_.Socket("b");
  Directory known({old, fresh}, kShort);
  Agents& agents = known.agents;
  EXPECT_TRUE(absl::IsUnavailable(agents.All(operation_).status()));
  before.reset();
  EXPECT_TRUE(absl::IsUnavailable(agents.ForId(id, operation_).status()));
  PoolAgent after(fresh, "pool-a", "node-b");
  const absl::Time end = absl::Now() + absl::Minutes(1);
  while (!agents.ForId(id, operation_).ok() && absl::Now() < end) continue;
  const auto all = agents.All(operation_);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->front().agent->name(), fresh.ToString());
}

TEST_F(AgentsTest, APoolThatIsAnnouncedNoMoreIsAbsent) {
  const rpc::Endpoint endpoint = directory_.Socket("a");
  auto before = std::make_unique<PoolAgent>(endpoint, "pool-a", "node-a");
  Directory known({endpoint});
  ASSERT_TRUE(known.agents.All(operation_).ok());
  before.reset();
  PoolAgent after(endpoint, "pool-b", "node-a");
  for (const auto& each : known.agents.Reachable(operation_).connected) {
    known.agents.Doubt(*each.agent);
  }
  const absl::Status all = known.agents.All(operation_).status();
  EXPECT_TRUE(absl::IsUnavailable(all)) << all;
  EXPECT_THAT(std::string(all.message()), HasSubstr(HomeOf("pool-a")));
}

TEST_F(AgentsTest, TwoAgentsOfOnePoolAreBothRefused) {
  PoolAgent a(directory_.Socket("a"), "pool-a", "node-a");
  PoolAgent twin(directory_.Socket("twin"), "pool-a", "node-b");
  PoolAgent b(directory_.Socket("b"), "pool-b", "node-c");
  Directory known({a.endpoint(), twin.endpoint(), b.endpoint()});
  Agents& agents = known.agents;
  const absl::Status all = agents.All(operation_).status();
  EXPECT_TRUE(absl::IsUnavailable(all)) << all;
  const absl::Status status = agents.ForId(IdOf(a), operation_).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(twin.endpoint().ToString()));
  EXPECT_TRUE(agents.ForId(IdOf(b), operation_).ok());
  EXPECT_EQ(agents.Reachable(operation_).connected.size(), 1U);
}

// Two that were each heard between two answers of the other; then one stops.
class DisputeTest : public AgentsTest {
 protected:
  static constexpr int kEnough = 5;  // the last but one has been learnt

  void SetUp() override {
    known_.agents.Set({a_.endpoint(), twin_->endpoint()});
    const absl::Time end = absl::Now() + absl::Minutes(1);
    while (std::min(a_.announcements(), twin_->announcements()) < kEnough &&
           absl::Now() < end) {
      const absl::Status all = known_.agents.All(operation_).status();
      ASSERT_TRUE(absl::IsUnavailable(all)) << all;
    }
    twin_->Stop();
  }
  absl::Status Find() {
    return known_.agents.ForId(IdOf(a_), operation_).status();
  }

  PoolAgent a_{directory_.Socket("a"), "pool-a", "node-a"};
  std::unique_ptr<PoolAgent> twin_ = std::make_unique<PoolAgent>(
      directory_.Socket("twin"), "pool-a", "node-b");
  Directory known_{{}, kShort, absl::ZeroDuration()};
};

TEST_F(DisputeTest, IsNotSettledByTheSilenceOfOne) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(absl::IsUnavailable(Find()));
    EXPECT_TRUE(absl::IsUnavailable(known_.agents.All(operation_).status()));
  }
}

TEST_F(DisputeTest, IsSettledWhenOneIsTakenOffTheList) {
  known_.agents.Set({a_.endpoint()});
  EXPECT_TRUE(Find().ok()) << Find();
  EXPECT_TRUE(known_.agents.All(operation_).ok());
}

TEST_F(DisputeTest, IsSettledWhenOneAnswersWithoutThePool) {
  const rpc::Endpoint endpoint = twin_->endpoint();
  twin_.reset();
  PoolAgent other(endpoint, "pool-b", "node-b");
  const absl::Time end = absl::Now() + absl::Minutes(1);
  while (!Find().ok() && absl::Now() < end) continue;
  EXPECT_TRUE(Find().ok()) << Find();
}

// A controller that is restarted with the same directory for its state.
class RestartedTest : public AgentsTest {
 protected:
  // What the next one knows.
  std::unique_ptr<Agents> Restart(const std::vector<rpc::Endpoint>& list) {
    loaded_ = std::make_unique<KnownPools>(
        *known_.kernel.files, *known_.kernel.data_files, known_.state.path(),
        KnownPools::Load(*known_.kernel.files, known_.state.path(),
                         Keys().topology)
            .value());
    auto agents =
        std::make_unique<Agents>(AgentsParts{.keys = Keys(),
                                             .forgotten = known_.forgotten,
                                             .known = *loaded_,
                                             .appearances = known_.appearances,
                                             .patience = kShort});
    agents->Set(list);
    return agents;
  }
  void SetUp() override {
    ASSERT_TRUE(known_.agents.All(operation_).ok());
    known_.agents.RecordPools();
  }

  PoolAgent a_{directory_.Socket("a"), "pool-a", "node-a"};
  PoolAgent b_{directory_.Socket("b"), "pool-b", "node-b"};
  Directory known_{{a_.endpoint(), b_.endpoint()}, kShort};
  std::unique_ptr<KnownPools> loaded_;
};

TEST_F(RestartedTest, APoolWhoseAgentIsNotOnTheListIsMissed) {
  const auto agents = Restart({a_.endpoint()});
  const absl::Status all = agents->All(operation_).status();
  EXPECT_TRUE(absl::IsUnavailable(all)) << all;
  EXPECT_THAT(std::string(all.message()), HasSubstr(b_.home()));
  EXPECT_THAT(std::string(all.message()), HasSubstr(b_.endpoint().ToString()));
  agents->Set({a_.endpoint(), b_.endpoint()});
  EXPECT_TRUE(agents->All(operation_).ok());
}

TEST_F(RestartedTest, WhatIsAbsentIsTheSamePoolAsBefore) {
  const auto agents = Restart({a_.endpoint()});
  const Roster roster = agents->Everybody(operation_);
  ASSERT_EQ(roster.absent.size(), 1U);
  const Announcement& absent = *roster.absent.front().announcement;
  EXPECT_EQ(absent.home, b_.home());
  EXPECT_EQ(absent.name, "default");
  EXPECT_EQ(absent.segments, b_.pool().node().segments);
}

TEST_F(RestartedTest, ADeadAgentOfForgottenPoolsHoldsUpNoList) {
  b_.Stop();
  ASSERT_TRUE(known_.forgotten.Add(b_.home()).ok());
  const auto agents = Restart({a_.endpoint(), b_.endpoint()});
  const auto all = agents->All(operation_);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->size(), 1U);
}

TEST_F(RestartedTest, ADeadAgentOfWhomNothingIsKnownDoes) {
  b_.Stop();
  ASSERT_TRUE(known_.forgotten.Add(b_.home()).ok());
  const auto agents = Restart({a_.endpoint(), directory_.Socket("c")});
  EXPECT_TRUE(absl::IsUnavailable(agents->All(operation_).status()));
}

TEST_F(RestartedTest, APoolThatCannotBeRecordedIsUsedAllTheSame) {
  std::filesystem::remove_all(known_.state.path());
  PoolAgent c(directory_.Socket("c"), "pool-c", "node-c");
  known_.agents.Set({a_.endpoint(), b_.endpoint(), c.endpoint()});
  ASSERT_TRUE(known_.agents.All(operation_).ok());
  known_.agents.RecordPools();
  EXPECT_TRUE(known_.agents.ForId(IdOf(c), operation_).ok());
}

TEST_F(AgentsTest, WhoAnnouncesNoPoolIsNoAgent) {
  PoolService pool;
  RunningAgent other(directory_.Socket("other"), pool.service(), {});
  Directory known({other.endpoint()});
  Agents& agents = known.agents;
  const absl::Status status = agents.All(operation_).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("announces no pool"));
}

TEST_F(AgentsTest, TheNodeIsWhereTheVolumesAre) {
  PoolAgent a(directory_.Socket("a"), "pool-a", "node-a");
  Directory known({a.endpoint()});
  Agents& agents = known.agents;
  const auto all = agents.All(operation_);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->front().announcement.segments, a.pool().node().segments);
}

}  // namespace
}  // namespace holdfast::controller
