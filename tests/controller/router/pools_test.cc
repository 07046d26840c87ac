// Agents with several pools.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "controller/router/pool_choice.h"
#include "tests/controller/router/running_agent.h"

namespace holdfast::controller {
namespace {

std::string InPool(const std::string& name) {
  return " parameters { key: 'pool' value: '" + name + "' } ";
}

class PoolsTest : public testing::Test {
 protected:
  std::pair<grpc::Status, csi::v1::CreateVolumeResponse> Create(
      const std::string& name, const std::string& more = "") {
    return router_.Call(&Stub::CreateVolume,
                        PoolService::VolumeText(name) + more);
  }
  // The home of the pool in which the volume was made.
  std::string HomeOfNew(const std::string& name, const std::string& more = "") {
    const auto [status, response] = Create(name, more);
    EXPECT_TRUE(status.ok()) << status.error_message();
    const auto id = ParseId(response.volume().volume_id());
    return id ? id->home : "";
  }
  int64_t Capacity(const std::string& text) {
    const auto [status, response] = router_.Call(&Stub::GetCapacity, text);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.available_capacity();
  }

  SocketDirectory directory_;
  TwoPoolsAgent a_{directory_.Socket("a"), "node-a"};
  TwoPoolsAgent b_{rpc::Endpoint{.host = "127.0.0.1"}, "node-b"};
  RunningRouter router_{directory_.Socket("router"),
                        {a_.endpoint(), b_.endpoint()}};
};

TEST_F(PoolsTest, AVolumeGoesToAPoolOfTheNameThatIsAskedFor) {
  const std::string on_b =
      "accessibility_requirements { requisite { segments { "
      "key: 'csi.holdfast.dev/node' value: 'node-b' } } }";
  EXPECT_EQ(HomeOfNew("1", InPool("large") + on_b), b_.large().home());
  EXPECT_EQ(HomeOfNew("2", InPool("fast") + on_b), b_.fast().home());
  EXPECT_EQ(HomeOfNew("3", on_b), b_.fast().home());
}

TEST_F(PoolsTest, WithoutANameItGoesToTheFirstPoolOfAnAgent) {
  const std::string home = HomeOfNew("1");
  EXPECT_TRUE(home == a_.fast().home() || home == b_.fast().home());
}

TEST_F(PoolsTest, ANameThatNobodyKnowsIsRefusedWithThoseThatAre) {
  ExpectCode(Create("1", InPool("slow")).first, grpc::INVALID_ARGUMENT,
             "fast, large");
  ExpectCode(router_.Call(&Stub::GetCapacity, InPool("slow")).first,
             grpc::INVALID_ARGUMENT, "fast, large");
}

TEST_F(PoolsTest, ANameThatASilentAgentMayKnowIsWaitedFor) {
  SilentSocket silent(directory_.Socket("silent"));
  RunningRouter router(directory_.Socket("r2"),
                       {a_.endpoint(), silent.endpoint()});
  ExpectCode(router
                 .Call(&Stub::CreateVolume,
                       PoolService::VolumeText("1") + InPool("slow"))
                 .first,
             grpc::UNAVAILABLE, silent.endpoint().ToString());
}

TEST_F(PoolsTest, APoolThatIsNotOpenYetIsWaitedForAndTheOthersServe) {
  const TwoPoolsAgent late(directory_.Socket("late"), "node-c", "slow=,");
  RunningRouter router(directory_.Socket("r2"), {late.endpoint()});
  const auto create = [&](const std::string& name, const std::string& more) {
    return router
        .Call(&Stub::CreateVolume, PoolService::VolumeText(name) + more)
        .first;
  };
  ExpectCode(create("1", InPool("slow")), grpc::UNAVAILABLE, "slow");
  EXPECT_TRUE(create("2", InPool("large")).ok());
  // The first of the agent is where a volume without a name goes.
  ExpectCode(create("3", ""), grpc::UNAVAILABLE, "slow");
  ExpectCode(router.Call(&Stub::ListVolumes, "").first, grpc::UNAVAILABLE,
             "slow");
}

TEST_F(PoolsTest, CapacityIsThatOfThePoolsThatAreMeant) {
  EXPECT_EQ(Capacity(""), 2 * 16 * kMiB);
  EXPECT_EQ(Capacity(InPool("large")), 2 * 1024 * kMiB);
}

TEST_F(PoolsTest, ListsAreInOrderOfIdsAcrossAgentsAndPools) {
  std::vector<std::string> made;
  for (const char* name : {"1", "2", "3", "4", "5", "6"}) {
    const std::string pool = name[0] % 2 == 0 ? "fast" : "large";
    for (const char* node : {"node-a", "node-b"}) {
      const std::string at =
          "accessibility_requirements { requisite { segments { "
          "key: 'csi.holdfast.dev/node' value: '" +
          std::string(node) + "' } } }";
      made.push_back(Create(std::string(node) + name, InPool(pool) + at)
                         .second.volume()
                         .volume_id());
    }
  }
  std::sort(made.begin(), made.end());
  for (const int max : {0, 1, 2, 5}) {
    std::vector<std::string> listed;
    std::string token;
    do {
      const auto page = router_.Call(&Stub::ListVolumes,
                                     "max_entries: " + std::to_string(max) +
                                         " starting_token: '" + token + "'");
      ASSERT_TRUE(page.first.ok()) << page.first.error_message();
      for (const auto& entry : page.second.entries()) {
        listed.push_back(entry.volume().volume_id());
      }
      token = page.second.next_token();
    } while (!token.empty());
    EXPECT_EQ(listed, made) << "in pages of " << max;
  }
}

TEST_F(PoolsTest, EachIdReachesItsPool) {
  for (const char* pool : {"fast", "large"}) {
    const auto made = Create(pool, InPool(pool));
    const std::string id = made.second.volume().volume_id();
    ExpectCode(
        router_.Call(&Stub::ControllerGetVolume, "volume_id: '" + id + "'")
            .first,
        grpc::OK);
  }
}

}  // namespace
}  // namespace holdfast::controller
