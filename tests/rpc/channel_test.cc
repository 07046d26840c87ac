#include "rpc/channel.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "csi/v1/csi.grpc.pb.h"
#include "rpc/server.h"
#include "tests/rpc/temp_dir.h"

namespace holdfast::rpc {
namespace {

// Remembers what authority it was called by.
class Listener final : public csi::v1::Identity::Service {
 public:
  grpc::Status Probe(grpc::ServerContext* context, const csi::v1::ProbeRequest*,
                     csi::v1::ProbeResponse*) override {
    ++calls_;
    authority_ = std::string(context->ExperimentalGetAuthority().data(),
                             context->ExperimentalGetAuthority().size());
    return answer_;
  }
  grpc::Status GetPluginInfo(
      grpc::ServerContext*, const csi::v1::GetPluginInfoRequest*,
      csi::v1::GetPluginInfoResponse* response) override {
    response->set_name(std::string(8 << 20, 'x'));
    return grpc::Status::OK;
  }
  const std::string& authority() const { return authority_; }
  int calls() const { return calls_; }
  void set_answer(grpc::Status answer) { answer_ = std::move(answer); }

 private:
  std::atomic<int> calls_ = 0;
  grpc::Status answer_;
  std::string authority_;
};

class ChannelTest : public testing::Test {
 protected:
  std::unique_ptr<Server> Start() {
    auto server = Server::Start(dir_.Socket(), {&listener_});
    EXPECT_TRUE(server.ok()) << server.status();
    return server.ok() ? *std::move(server) : nullptr;
  }

  grpc::Status Probe() {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(20));
    csi::v1::ProbeResponse response;
    return stub_->Probe(&context, {}, &response);
  }

  TempDir dir_;
  Listener listener_;
  std::unique_ptr<csi::v1::Identity::Stub> stub_ =
      csi::v1::Identity::NewStub(MakeChannel(dir_.Socket()));
};

TEST_F(ChannelTest, AuthorityIsLocalhost) {
  const auto server = Start();
  ASSERT_TRUE(Probe().ok());
  EXPECT_EQ(listener_.authority(), "localhost");
}

TEST_F(ChannelTest, NobodyThereIsUnavailable) {
  EXPECT_EQ(Probe().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ChannelTest, RestartIsNotSeen) {
  for (int i = 0; i < 20; ++i) {
    const auto server = Start();
    const grpc::Status status = Probe();
    EXPECT_TRUE(status.ok()) << i << ": " << status.error_message();
  }
}

TEST_F(ChannelTest, OnlyUnavailableIsRepeated) {
  const auto server = Start();
  listener_.set_answer({grpc::StatusCode::UNAVAILABLE, "x"});
  EXPECT_EQ(Probe().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(listener_.calls(), 5);
  listener_.set_answer({grpc::StatusCode::ABORTED, "x"});
  EXPECT_EQ(Probe().error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(listener_.calls(), 6);
}

TEST_F(ChannelTest, LongListsPass) {
  const auto server = Start();
  grpc::ClientContext context;
  csi::v1::GetPluginInfoResponse response;
  const grpc::Status status = stub_->GetPluginInfo(&context, {}, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

}  // namespace
}  // namespace holdfast::rpc
