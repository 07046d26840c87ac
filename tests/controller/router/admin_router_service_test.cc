#include "controller/router/admin_router_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/controller/router/fake_admin.h"
#include "tests/controller/router/running_agent.h"

namespace holdfast::controller {
namespace {

using testing::ElementsAre;

// A router with a state and both of its services, in this process.
class AdminRouterTest : public testing::Test {
 protected:
  template <typename Service, typename Request, typename Response>
  std::pair<grpc::Status, Response> Call(
      Service& service,
      grpc::Status (Service::*method)(grpc::ServerContext*, const Request*,
                                      Response*),
      const std::string& text) {
    grpc::ServerContext context;
    const auto request = FromText<Request>(text);
    std::pair<grpc::Status, Response> answer;
    answer.first = (service.*method)(&context, &request, &answer.second);
    return answer;
  }
  grpc::Status Forget(const std::string& text) {
    return Call(admin_, &AdminRouterService::ForgetPool, text).first;
  }
  grpc::Status Get(const std::string& id) {
    return Call(router_, &RouterService::ControllerGetVolume,
                "volume_id: '" + id + "'")
        .first;
  }
  std::string Lost(const std::string& home) {
    return "pool: '" + home + "' data_is_lost: true";
  }

  SocketDirectory directory_;
  FakeAdmin a_{{HomeOf("a")}};
  FakeAdmin b_{{HomeOf("b")}};
  RunningAgent agent_a_{
      directory_.Socket("a"), a_, {{Keys().pools, "a=" + HomeOf("a")}}};
  RunningAgent agent_b_{
      directory_.Socket("b"), b_, {{Keys().pools, "b=" + HomeOf("b")}}};
  Directory known_{{agent_a_.endpoint(), agent_b_.endpoint()}, kShort};
  ForgottenPools& forgotten_ = known_.forgotten;
  rpc::Calls calls_{known_.metrics};
  RouterService router_{known_.agents, calls_};
  AdminRouterService admin_{known_.agents, calls_};
};

TEST_F(AdminRouterTest, ListsAreMergedInOrderOfIds) {
  std::vector<std::string> ids;
  for (const char* name : {"1", "2", "3"}) {
    ids.push_back(a_.AddVolume(name, 1, 1));
    ids.push_back(b_.AddVolume(name, 1, 1));
  }
  std::sort(ids.begin(), ids.end());
  for (const int max : {0, 1, 4}) {
    std::vector<std::string> listed;
    std::string token;
    do {
      const auto page = Call(admin_, &AdminRouterService::ListVolumes,
                             "max_entries: " + std::to_string(max) +
                                 " starting_token: '" + token + "'");
      ASSERT_TRUE(page.first.ok()) << page.first.error_message();
      for (const auto& volume : page.second.volumes()) {
        listed.push_back(volume.id());
      }
      token = page.second.next_token();
    } while (!token.empty());
    EXPECT_EQ(listed, ids);
  }
}

TEST_F(AdminRouterTest, AKeyOfTheTrashReachesItsPool) {
  const std::string key =
      MakeId('p', HomeOf("b"), IdKind::kVolume, "v") + ".123";
  const auto answer =
      Call(admin_, &AdminRouterService::Undelete, "key: '" + key + "'");
  ASSERT_TRUE(answer.first.ok()) << answer.first.error_message();
  EXPECT_EQ(answer.second.id(), "restored");
  EXPECT_THAT(b_.undeleted(), ElementsAre(key));
  ExpectCode(Call(admin_, &AdminRouterService::Purge, "key: 'x.1'").first,
             grpc::NOT_FOUND);
}

TEST_F(AdminRouterTest, APoolThatCannotBeAskedIsListedWithTheReason) {
  ASSERT_EQ(
      Call(admin_, &AdminRouterService::ListPools, "").second.pools_size(), 2);
  agent_b_.Stop();
  const auto pools = Call(admin_, &AdminRouterService::ListPools, "").second;
  ASSERT_EQ(pools.pools_size(), 2);
  for (const auto& pool : pools.pools()) {
    EXPECT_EQ(pool.error().empty(), pool.home() == HomeOf("a")) << pool.home();
  }
}

TEST_F(AdminRouterTest, ToForgetTakesAWordAboutTheData) {
  agent_b_.Stop();
  ExpectCode(Forget("pool: '" + HomeOf("b") + "'"), grpc::FAILED_PRECONDITION,
             "lost");
  ExpectCode(Forget(Lost("b")), grpc::INVALID_ARGUMENT, "uuid");
}

TEST_F(AdminRouterTest, APoolThatAnAgentAnnouncesIsNotForgotten) {
  ExpectCode(Forget(Lost(HomeOf("b"))), grpc::FAILED_PRECONDITION,
             agent_b_.endpoint().ToString());
  EXPECT_FALSE(forgotten_.Has(HomeOf("b")));
}

TEST_F(AdminRouterTest, AForgottenPoolHoldsUpNothing) {
  const std::string id = b_.AddVolume("v", 1, 1);
  ASSERT_TRUE(known_.agents.All(Operation("test")).ok());
  agent_b_.Stop();
  ExpectCode(Get(id), grpc::UNAVAILABLE);
  ExpectCode(Forget(Lost(HomeOf("b"))), grpc::OK);
  ExpectCode(Get(id), grpc::NOT_FOUND);
  ExpectCode(
      Call(router_, &RouterService::DeleteVolume, "volume_id: '" + id + "'")
          .first,
      grpc::OK);
  ExpectCode(Call(admin_, &AdminRouterService::ListVolumes, "").first,
             grpc::OK);
  const auto pools = Call(admin_, &AdminRouterService::ListPools, "").second;
  ASSERT_EQ(pools.pools_size(), 2);
  EXPECT_TRUE(pools.pools(1).forgotten());
  EXPECT_EQ(pools.pools(1).home(), HomeOf("b"));
}

TEST_F(AdminRouterTest, AForgottenPoolThatReturnsIsNotUsed) {
  const std::string id = b_.AddVolume("v", 1, 1);
  ASSERT_TRUE(forgotten_.Add(HomeOf("b")).ok());
  ASSERT_TRUE(known_.agents.All(Operation("test")).ok());
  ExpectCode(Get(id), grpc::NOT_FOUND);
  EXPECT_EQ(known_.agents.Reachable(Operation("test")).connected.size(), 1U);
}

}  // namespace
}  // namespace holdfast::controller
