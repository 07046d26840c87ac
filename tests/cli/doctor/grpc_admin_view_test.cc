#include "cli/doctor/grpc_admin_view.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>

#include "csi/v1/csi.grpc.pb.h"
#include "holdfast/v1/admin.grpc.pb.h"
#include "rpc/server.h"
#include "tests/cli/scratch.h"
#include "tests/rpc/linux_sockets.h"

namespace holdfast::cli::doctor {
namespace {

using grpc::ServerContext;
using grpc::Status;
using ::testing::ElementsAre;

// One pool and three volumes, on two pages.
class TwoPages : public v1::Admin::Service {
 public:
  Status ListPools(ServerContext*, const v1::ListPoolsRequest*,
                   v1::ListPoolsResponse* response) override {
    v1::Pool& pool = *response->add_pools();
    pool.set_name("main");
    pool.set_home("0123456789abcdef");
    pool.set_place("/pool");
    pool.set_size_bytes(6);
    pool.set_free_bytes(5);
    pool.set_usable_bytes(4);
    pool.set_promised_bytes(3);
    pool.set_trash_bytes(2);
    pool.set_error("ill");
    pool.set_forgotten(true);
    return Status::OK;
  }
  Status ListVolumes(ServerContext*, const v1::ListVolumesRequest* request,
                     v1::ListVolumesResponse* response) override {
    if (request->starting_token().empty()) {
      response->add_volumes()->set_id("a");
      response->add_volumes()->set_id("b");
      response->set_next_token("2");
    } else if (request->starting_token() == "2") {
      response->add_volumes()->set_id("c");
    }
    return Status::OK;
  }
};

class NotReady : public csi::v1::Identity::Service {
  Status Probe(ServerContext*, const csi::v1::ProbeRequest*,
               csi::v1::ProbeResponse* response) override {
    response->mutable_ready()->set_value(false);
    return Status::OK;
  }
};

class Ready : public csi::v1::Identity::Service {
  Status Probe(ServerContext*, const csi::v1::ProbeRequest*,
               csi::v1::ProbeResponse*) override {
    return Status::OK;
  }
};

class GrpcAdminViewTest : public testing::Test {
 protected:
  std::unique_ptr<rpc::Server> Serve(const std::string& endpoint,
                                     grpc::Service& service) {
    auto server =
        rpc::Server::Start(rpc::ParseEndpoint(endpoint).value(), {&service});
    EXPECT_TRUE(server.ok()) << server.status();
    return *std::move(server);
  }

  Scratch scratch_;
  const std::string first_socket_ = scratch_.At("first.sock");
  const std::string first_ = "unix://" + first_socket_;
  const std::string second_ = "unix://" + scratch_.At("second.sock");
  TwoPages admin_;
};

TEST_F(GrpcAdminViewTest, PoolsAreAsTheyAreTold) {
  const auto server = Serve(first_, admin_);
  const auto pools = GrpcAdminView({first_}, absl::Seconds(30)).ListPools();
  ASSERT_TRUE(pools.ok()) << pools.status();
  ASSERT_EQ(pools->size(), 1u);
  const PoolFacts& pool = pools->front();
  EXPECT_EQ(pool.name, "main");
  EXPECT_EQ(pool.home, "0123456789abcdef");
  EXPECT_EQ(pool.place, "/pool");
  EXPECT_EQ(pool.size_bytes, 6);
  EXPECT_EQ(pool.free_bytes, 5);
  EXPECT_EQ(pool.usable_bytes, 4);
  EXPECT_EQ(pool.promised_bytes, 3);
  EXPECT_EQ(pool.trash_bytes, 2);
  EXPECT_EQ(pool.error, "ill");
  EXPECT_TRUE(pool.forgotten);
}

TEST_F(GrpcAdminViewTest, VolumesOfAllPages) {
  const auto server = Serve(first_, admin_);
  const auto ids = GrpcAdminView({first_}, absl::Seconds(30)).ListVolumes();
  ASSERT_TRUE(ids.ok()) << ids.status();
  EXPECT_THAT(*ids, ElementsAre("a", "b", "c"));
}

TEST_F(GrpcAdminViewTest, TheNextSocketIsAskedIfOneDoesNotAnswer) {
  const UniqueFd silent = rpc::ListenAt(first_socket_);
  const auto server = Serve(second_, admin_);
  GrpcAdminView view({"unix://" + scratch_.At("absent.sock"), first_, second_},
                     absl::Seconds(1));
  EXPECT_TRUE(view.ListPools().ok());
}

TEST_F(GrpcAdminViewTest, NobodyIsUnavailableAndNamed) {
  GrpcAdminView view({first_}, absl::Seconds(30));
  const auto pools = view.ListPools();
  EXPECT_TRUE(absl::IsUnavailable(pools.status()));
  EXPECT_THAT(std::string(pools.status().message()),
              testing::HasSubstr(first_));
  EXPECT_TRUE(absl::IsUnavailable(view.ListVolumes().status()));
}

TEST_F(GrpcAdminViewTest, ServerWithoutAdminIsUnimplemented) {
  Ready identity;
  const auto server = Serve(first_, identity);
  GrpcAdminView view({first_}, absl::Seconds(30));
  EXPECT_TRUE(absl::IsUnimplemented(view.ListPools().status()));
}

TEST_F(GrpcAdminViewTest, ProbeTellsReadyFromNotReady) {
  Ready ready;
  NotReady not_ready;
  const auto server = Serve(first_, ready);
  const auto other = Serve(second_, not_ready);
  GrpcAdminView view({}, absl::Seconds(30));
  EXPECT_EQ(view.Probe(first_), absl::OkStatus());
  EXPECT_TRUE(absl::IsUnavailable(view.Probe(second_)));
}

TEST_F(GrpcAdminViewTest, ListenerThatSaysNothingRunsIntoTheDeadline) {
  const UniqueFd silent = rpc::ListenAt(first_socket_);
  GrpcAdminView view({}, absl::Milliseconds(300));
  EXPECT_TRUE(absl::IsDeadlineExceeded(view.Probe(first_)));
}

}  // namespace
}  // namespace holdfast::cli::doctor
