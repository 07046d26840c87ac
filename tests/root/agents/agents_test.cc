// One controller over three real node daemons, of which one is stopped, hangs,
// comes back elsewhere, or never.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "tests/root/agents/cluster.h"
#include "tests/root/fixture/expect.h"

namespace holdfast::root {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr int64_t kLarge = int64_t{1} << 30;

class AgentsTest : public testing::Test {
 protected:
  void SetUp() override { Begin(); }

  // One volume on each of the nodes.
  void Begin(const std::string& spare = "") {
    ASSERT_OK(cluster_.Start(spare));
    for (int node = 0; node < Cluster::kNodes; ++node) {
      ASSERT_OK_AND_ASSIGN(const std::string id,
                           cluster_.Create("v" + std::to_string(node), node));
      ids_.push_back(id);
    }
  }
  bool IsOn(int node, const std::string& id) {
    return std::filesystem::exists(cluster_.DataFile(node, id));
  }
  void TearDown() override {
    if (HasFailure()) std::cerr << cluster_.ControllerLog();
  }

  Cluster cluster_;
  std::vector<std::string> ids_;
};

TEST_F(AgentsTest, VolumesGoWhereTopologyAndRoomSay) {
  for (int node = 0; node < Cluster::kNodes; ++node) {
    EXPECT_TRUE(IsOn(node, ids_.at(node)));
  }
  ASSERT_OK(cluster_.Create("large-0", 0, kLarge));
  ASSERT_OK(cluster_.Create("large-2", 2, kLarge));
  ASSERT_OK_AND_ASSIGN(const std::string id, cluster_.Create("anywhere"));
  EXPECT_TRUE(IsOn(1, id));
  ASSERT_OK_AND_ASSIGN(const auto all, cluster_.List());
  EXPECT_EQ(all.size(), 6U);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
}

TEST_F(AgentsTest, AStoppedNodeIsNamedAndHoldsUpNoOther) {
  ASSERT_OK(cluster_.StopNode(1));
  EXPECT_TRUE(absl::IsUnavailable(cluster_.Get(ids_.at(1))));
  EXPECT_TRUE(absl::IsUnavailable(cluster_.Delete(ids_.at(1))));
  EXPECT_OK(cluster_.Get(ids_.at(0)));
  const absl::Status list = cluster_.List().status();
  EXPECT_TRUE(absl::IsUnavailable(list)) << list;
  EXPECT_THAT(std::string(list.message()), HasSubstr(cluster_.AgentOf(1)));
  EXPECT_OK(cluster_.Create("elsewhere", 2));
  ASSERT_OK_AND_ASSIGN(const auto failed, cluster_.ListFailedPools());
  EXPECT_THAT(failed, ElementsAre(ids_.at(1).substr(1, 16)));
}

TEST_F(AgentsTest, AHangingNodeHoldsUpNoOther) {
  cluster_.Signal(2, SIGSTOP);
  for (const int node : {0, 1}) {
    EXPECT_OK(cluster_.Get(ids_.at(node)));
    EXPECT_OK(cluster_.Create("more" + std::to_string(node), node));
  }
  EXPECT_FALSE(cluster_.Get(ids_.at(2)).ok());
  EXPECT_OK(cluster_.Create("anywhere"));
  EXPECT_FALSE(cluster_.List().ok());
  cluster_.Signal(2, SIGCONT);
  EXPECT_TRUE(Cluster::Await([&] { return cluster_.Get(ids_.at(2)).ok(); }));
  EXPECT_TRUE(Cluster::Await([&] { return cluster_.List().ok(); }));
}

TEST_F(AgentsTest, OfTwoVolumesOfOneNameOneGoesWhenTheNodeReturns) {
  ASSERT_OK_AND_ASSIGN(const std::string first, cluster_.Create("double", 0));
  ASSERT_OK(cluster_.StopNode(0));
  ASSERT_OK_AND_ASSIGN(const std::string second, cluster_.Create("double"));
  ASSERT_NE(first, second);
  for (const int node : {1, 2}) {
    std::fstream data(cluster_.DataFile(node, second),
                      std::ios::in | std::ios::out);
    if (data) data << "written" << std::flush;
  }
  ASSERT_OK(cluster_.StartNode(0));
  ASSERT_TRUE(Cluster::Await([&] { return cluster_.List().ok(); }));
  EXPECT_TRUE(Cluster::Await(
      [&] { return cluster_.List().value_or(ids_).size() == 4; }));
  EXPECT_TRUE(Cluster::Await([&] {
    return cluster_.ControllerLog().find("duplicate_moved_to_trash") !=
           std::string::npos;
  }));
}

TEST_F(AgentsTest, AForgottenPoolHoldsUpNothingAndIsNotUsedAgain) {
  EXPECT_TRUE(absl::IsFailedPrecondition(cluster_.ForgetPoolOf(ids_.at(2))));
  ASSERT_OK(cluster_.StopNode(2));
  ASSERT_OK(cluster_.ForgetPoolOf(ids_.at(2)));
  EXPECT_TRUE(absl::IsNotFound(cluster_.Get(ids_.at(2))));
  EXPECT_OK(cluster_.Delete(ids_.at(2)));
  ASSERT_OK_AND_ASSIGN(const auto all, cluster_.List());
  EXPECT_THAT(all, UnorderedElementsAre(ids_.at(0), ids_.at(1)));
  ASSERT_OK(cluster_.StartNode(2));
  ASSERT_OK(cluster_.RestartController());
  EXPECT_TRUE(Cluster::Await([&] {
    return cluster_.ControllerLog().find("forgotten_pool_announced") !=
           std::string::npos;
  }));
  EXPECT_TRUE(Cluster::Await(
      [&] { return absl::IsNotFound(cluster_.Get(ids_.at(2))); }));
  EXPECT_TRUE(IsOn(2, ids_.at(2)));
}

// With a socket on the controller's list at which nobody is yet.
class MovedAgentTest : public AgentsTest {
 protected:
  void SetUp() override { Begin("moved.sock"); }
};

TEST_F(MovedAgentTest, APoolThatComesBackElsewhereBringsItsVolumes) {
  EXPECT_THAT(std::string(cluster_.List().status().message()),
              HasSubstr("moved.sock"));
  ASSERT_OK(cluster_.StopNode(1));
  EXPECT_FALSE(cluster_.Get(ids_.at(1)).ok());
  ASSERT_OK(cluster_.StartNode(1, "moved.sock"));
  EXPECT_TRUE(Cluster::Await([&] { return cluster_.Get(ids_.at(1)).ok(); }));
  ASSERT_OK_AND_ASSIGN(const auto all, cluster_.List());
  EXPECT_EQ(all.size(), 3U);
}

}  // namespace
}  // namespace holdfast::root
