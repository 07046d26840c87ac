#include "controller/router/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "absl/time/clock.h"
#include "tests/controller/router/running_agent.h"

namespace holdfast::controller {
namespace {

using testing::HasSubstr;

// Answers what it was last told.
class FakeResolver final : public rpc::Resolver {
 public:
  void Set(absl::StatusOr<std::vector<std::string>> answer) {
    absl::MutexLock lock(&mutex_);
    answer_ = std::move(answer);
    asked_ = 0;
  }
  // Until the answer was given out and used: asked for once more.
  void AwaitUse() {
    absl::MutexLock lock(&mutex_);
    const auto used = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return asked_ > 1;
    };
    mutex_.Await(absl::Condition(&used));
  }
  absl::StatusOr<std::vector<std::string>> Resolve(
      const std::string& name) override {
    EXPECT_EQ(name, "agents");
    absl::MutexLock lock(&mutex_);
    ++asked_;
    return answer_;
  }

 private:
  absl::Mutex mutex_;
  int asked_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::StatusOr<std::vector<std::string>> answer_ ABSL_GUARDED_BY(mutex_) =
      absl::UnavailableError("no name server");
};

class DiscoveryTest : public testing::Test {
 protected:
  std::string ErrorOfAll() {
    return std::string(known_.agents.All(operation_).status().message());
  }

  SocketDirectory directory_;
  PoolAgent listed_{directory_.Socket("a"), "pool-a", "node-a"};
  PoolAgent named_{rpc::Endpoint{.host = "127.0.0.1"}, "pool-b", "node-b"};
  const std::string id_ = named_.pool().MakeVolume("v");
  Directory known_{{}};
  FakeResolver resolver_;
  Discovery discovery_{
      {listed_.endpoint(),
       AgentName{.name = "agents", .port = named_.endpoint().port}},
      resolver_,
      known_.agents,
      absl::Milliseconds(1)};
  const Operation operation_{"test"};
};

TEST_F(DiscoveryTest, ANameThatIsNotResolvedMakesNoListALie) {
  EXPECT_EQ(known_.agents.Reachable(operation_).connected.size(), 1U);
  resolver_.AwaitUse();
  EXPECT_THAT(ErrorOfAll(), HasSubstr("no name server"));
}

TEST_F(DiscoveryTest, TheAddressesOfANameBecomeAgents) {
  resolver_.Set(std::vector<std::string>{"127.0.0.1"});
  resolver_.AwaitUse();
  const auto all = known_.agents.All(operation_);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->size(), 2U);
  EXPECT_TRUE(known_.agents.ForId(id_, operation_).ok());
}

TEST_F(DiscoveryTest, ThePoolOfAnAddressThatVanishesIsAbsent) {
  resolver_.Set(std::vector<std::string>{"127.0.0.1"});
  resolver_.AwaitUse();
  ASSERT_TRUE(known_.agents.ForId(id_, operation_).ok());
  resolver_.Set(std::vector<std::string>{});
  resolver_.AwaitUse();
  EXPECT_TRUE(
      absl::IsUnavailable(known_.agents.ForId(id_, operation_).status()));
  EXPECT_THAT(ErrorOfAll(), HasSubstr(named_.home()));
}

TEST_F(DiscoveryTest, AFailureKeepsTheAddressesThatWere) {
  resolver_.Set(std::vector<std::string>{"127.0.0.1"});
  resolver_.AwaitUse();
  resolver_.Set(absl::UnavailableError("no name server"));
  resolver_.AwaitUse();
  EXPECT_EQ(ErrorOfAll(), "");
}

TEST_F(DiscoveryTest, AnAddressElsewhereIsRefusedWithTheReason) {
  resolver_.Set(std::vector<std::string>{"10.0.0.1"});
  resolver_.AwaitUse();
  EXPECT_THAT(ErrorOfAll(), HasSubstr("without TLS"));
}

TEST(ParseAgentSourceTest, AListHoldsEndpointsAndNames) {
  const auto name = ParseAgentSource("dns:///agents.kube-system:9000");
  ASSERT_TRUE(name.ok()) << name.status();
  EXPECT_EQ(std::get<AgentName>(*name).name, "agents.kube-system");
  EXPECT_EQ(std::get<AgentName>(*name).port, 9000);
  EXPECT_TRUE(ParseAgentSource("unix:///run/a.sock").ok());
  EXPECT_TRUE(ParseAgentSource("tcp://127.0.0.1:9000").ok());
  EXPECT_FALSE(ParseAgentSource("dns:///agents").ok());
  EXPECT_FALSE(ParseAgentSource("dns://server/agents:1").ok());
}

// Not when the list is next looked at: here, never.
TEST(DiscoveryRecordTest, APoolIsWrittenDownWhenItIsLearnt) {
  const SocketDirectory directory;
  PoolAgent agent(directory.Socket("a"), "pool-a", "node-a");
  Directory known{{}};
  FakeResolver resolver;
  Discovery discovery({agent.endpoint()}, resolver, known.agents,
                      absl::Hours(1));
  const absl::Time end = absl::Now() + absl::Seconds(30);
  while (known.known.All().empty() && absl::Now() < end) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_EQ(known.known.All().size(), 1U);
}

}  // namespace
}  // namespace holdfast::controller
