#include "node/node_service.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using csi::v1::VolumeCapability;
using grpc::StatusCode;

// The service over an in-process channel: no socket, no port.
class NodeServiceTest : public NodeTest {
 protected:
  NodeServiceTest()
      : service_(
            calls_, world_.parts(),
            {.node = {.node_id = "worker-1",
                      .segments = {{"csi.holdfast.dev/node", "worker-1"}}}}) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = csi::v1::Node::NewStub(server_->InProcessChannel({}));
  }
  ~NodeServiceTest() override {
    server_->Shutdown();
    server_->Wait();
  }

  // Calls `method` of the stub and answers its status.
  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (csi::v1::Node::Stub::*method)(
                        grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    return (stub_.get()->*method)(&context, request, &response);
  }

  static VolumeCapability Capability() {
    VolumeCapability capability;
    capability.mutable_mount();
    capability.mutable_access_mode()->set_mode(
        VolumeCapability::AccessMode::SINGLE_NODE_WRITER);
    return capability;
  }

  grpc::Status Stage(const std::string& id) {
    csi::v1::NodeStageVolumeRequest request;
    csi::v1::NodeStageVolumeResponse response;
    request.set_volume_id(id);
    request.set_staging_target_path(kStaging);
    *request.mutable_volume_capability() = Capability();
    (*request.mutable_publish_context())["device"] = "/dev/mock";
    return Call(&csi::v1::Node::Stub::NodeStageVolume, request, response);
  }

  grpc::Status Publish(const std::string& id) {
    csi::v1::NodePublishVolumeRequest request;
    csi::v1::NodePublishVolumeResponse response;
    request.set_volume_id(id);
    request.set_staging_target_path(kStaging);
    request.set_target_path(kTarget);
    *request.mutable_volume_capability() = Capability();
    return Call(&csi::v1::Node::Stub::NodePublishVolume, request, response);
  }

  Metrics metrics_;
  rpc::Calls calls_{metrics_};
  NodeService service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<csi::v1::Node::Stub> stub_;
};

TEST_F(NodeServiceTest, AVolumeGoesUpAndDownAgain) {
  const std::string id = world_.MakeVolume(kMount);
  ASSERT_TRUE(Stage(id).ok());
  ASSERT_TRUE(Publish(id).ok());

  csi::v1::NodeGetVolumeStatsRequest stats;
  csi::v1::NodeGetVolumeStatsResponse usage;
  stats.set_volume_id(id);
  stats.set_volume_path(kTarget);
  ASSERT_TRUE(
      Call(&csi::v1::Node::Stub::NodeGetVolumeStats, stats, usage).ok());
  EXPECT_EQ(usage.usage_size(), 2);

  csi::v1::NodeExpandVolumeRequest expand;
  csi::v1::NodeExpandVolumeResponse size;
  expand.set_volume_id(id);
  expand.set_volume_path(kTarget);
  ASSERT_TRUE(Call(&csi::v1::Node::Stub::NodeExpandVolume, expand, size).ok());
  EXPECT_EQ(size.capacity_bytes(), 256 * kMiB);

  csi::v1::NodeUnpublishVolumeRequest unpublish;
  csi::v1::NodeUnpublishVolumeResponse unpublished;
  unpublish.set_volume_id(id);
  unpublish.set_target_path(kTarget);
  ASSERT_TRUE(
      Call(&csi::v1::Node::Stub::NodeUnpublishVolume, unpublish, unpublished)
          .ok());
  csi::v1::NodeUnstageVolumeRequest unstage;
  csi::v1::NodeUnstageVolumeResponse unstaged;
  unstage.set_volume_id(id);
  unstage.set_staging_target_path(kStaging);
  ASSERT_TRUE(
      Call(&csi::v1::Node::Stub::NodeUnstageVolume, unstage, unstaged).ok());
  EXPECT_TRUE(world_.MountedPaths().empty());
  EXPECT_TRUE(world_.Loops().empty());
}

TEST_F(NodeServiceTest, CodesAndWordsReachTheClient) {
  EXPECT_EQ(Stage("").error_code(), StatusCode::INVALID_ARGUMENT);
  const grpc::Status status = Stage("fake-vol-id");
  EXPECT_EQ(status.error_code(), StatusCode::NOT_FOUND);
  EXPECT_NE(status.error_message(), "");
  EXPECT_EQ(status.error_details(), "");
}

TEST_F(NodeServiceTest, FieldsAreCheckedBeforeExistenceAndThatBeforePaths) {
  csi::v1::NodeGetVolumeStatsRequest stats;
  csi::v1::NodeGetVolumeStatsResponse usage;
  stats.set_volume_path("some/path");
  EXPECT_EQ(
      Call(&csi::v1::Node::Stub::NodeGetVolumeStats, stats, usage).error_code(),
      StatusCode::INVALID_ARGUMENT);
  stats.set_volume_id("fake-vol-id");
  EXPECT_EQ(
      Call(&csi::v1::Node::Stub::NodeGetVolumeStats, stats, usage).error_code(),
      StatusCode::NOT_FOUND);
  csi::v1::NodeExpandVolumeRequest expand;
  csi::v1::NodeExpandVolumeResponse size;
  expand.set_volume_id("fake-vol-id");
  expand.set_volume_path("some/path");
  EXPECT_EQ(
      Call(&csi::v1::Node::Stub::NodeExpandVolume, expand, size).error_code(),
      StatusCode::NOT_FOUND);
}

TEST_F(NodeServiceTest, TellsWhoItIsAndWhatItCan) {
  csi::v1::NodeGetInfoResponse info;
  ASSERT_TRUE(Call(&csi::v1::Node::Stub::NodeGetInfo,
                   csi::v1::NodeGetInfoRequest(), info)
                  .ok());
  EXPECT_EQ(info.node_id(), "worker-1");
  csi::v1::NodeGetCapabilitiesResponse capabilities;
  ASSERT_TRUE(Call(&csi::v1::Node::Stub::NodeGetCapabilities,
                   csi::v1::NodeGetCapabilitiesRequest(), capabilities)
                  .ok());
  EXPECT_EQ(capabilities.capabilities_size(), 4);
}

TEST_F(NodeServiceTest, HealthIsNotOfferedAndSaysSo) {
  csi::v1::NodeGetVolumeHealthResponse volume;
  const grpc::Status status =
      Call(&csi::v1::Node::Stub::NodeGetVolumeHealth,
           csi::v1::NodeGetVolumeHealthRequest(), volume);
  EXPECT_EQ(status.error_code(), StatusCode::UNIMPLEMENTED);
  EXPECT_NE(status.error_message(), "");
  csi::v1::NodeGetStorageHealthResponse storage;
  EXPECT_EQ(Call(&csi::v1::Node::Stub::NodeGetStorageHealth,
                 csi::v1::NodeGetStorageHealthRequest(), storage)
                .error_code(),
            StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace holdfast::node
