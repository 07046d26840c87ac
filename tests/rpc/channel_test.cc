#include "rpc/channel.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

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
    authority_ = std::string(context->ExperimentalGetAuthority().data(),
                             context->ExperimentalGetAuthority().size());
    return grpc::Status::OK;
  }
  grpc::Status GetPluginInfo(
      grpc::ServerContext*, const csi::v1::GetPluginInfoRequest*,
      csi::v1::GetPluginInfoResponse* response) override {
    response->set_name(std::string(8 << 20, 'x'));
    return grpc::Status::OK;
  }
  const std::string& authority() const { return authority_; }

 private:
  std::string authority_;
};

class ChannelTest : public testing::Test {
 protected:
  std::unique_ptr<Server> Start() {
    auto server = Server::Start(dir_.Socket(), {&listener_});
    EXPECT_TRUE(server.ok()) << server.status();
    return server.ok() ? *std::move(server) : nullptr;
  }

  TempDir dir_;
  Listener listener_;
  std::unique_ptr<csi::v1::Identity::Stub> stub_ =
      csi::v1::Identity::NewStub(MakeChannel(dir_.Socket()));
};

TEST_F(ChannelTest, AuthorityIsLocalhost) {
  const auto server = Start();
  grpc::ClientContext context;
  csi::v1::ProbeResponse response;
  ASSERT_TRUE(stub_->Probe(&context, {}, &response).ok());
  EXPECT_EQ(listener_.authority(), "localhost");
}

TEST_F(ChannelTest, NobodyThereIsUnavailable) {
  grpc::ClientContext context;
  csi::v1::ProbeResponse response;
  EXPECT_EQ(stub_->Probe(&context, {}, &response).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ChannelTest, RestartedServerIsFoundAgain) {
  for (int i = 0; i < 3; ++i) {
    const auto server = Start();
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(20));
    csi::v1::ProbeResponse response;
    const grpc::Status status = stub_->Probe(&context, {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
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
