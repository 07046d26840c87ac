#include "identity/identity_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "identity/driver_info.h"
#include "rpc/channel.h"
#include "rpc/server.h"
#include "tests/rpc/temp_dir.h"

namespace holdfast::identity {
namespace {

using csi::v1::PluginCapability;
using testing::ElementsAre;
using testing::MatchesRegex;
using testing::Pair;
using testing::UnorderedElementsAre;

class IdentityServiceTest : public testing::Test {
 protected:
  IdentityServiceTest() {
    auto server = rpc::Server::Start(dir_.Socket(), {&service_});
    EXPECT_TRUE(server.ok()) << server.status();
    if (server.ok()) server_ = *std::move(server);
    stub_ = csi::v1::Identity::NewStub(rpc::MakeChannel(dir_.Socket()));
  }

  grpc::Status Probe() {
    grpc::ClientContext context;
    return stub_->Probe(&context, {}, &probed_);
  }

  rpc::TempDir dir_;
  Metrics metrics_;
  rpc::Calls calls_{metrics_};
  absl::Status readiness_;
  std::map<std::string, std::string> manifest_;
  IdentityService service_{calls_, [this] { return manifest_; },
                           [this] { return readiness_; }};
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<csi::v1::Identity::Stub> stub_;
  csi::v1::ProbeResponse probed_;
};

// The manifest is what it is when it is asked for: pools open late.
TEST_F(IdentityServiceTest, InfoNamesDriverVersionPoolsAndNode) {
  manifest_ = {{kManifestPools, "default=" + HomeOf("a-uuid")},
               {kManifestNode, "node-1"}};
  grpc::ClientContext context;
  csi::v1::GetPluginInfoResponse info;
  ASSERT_TRUE(stub_->GetPluginInfo(&context, {}, &info).ok());
  EXPECT_EQ(info.name(), "csi.holdfast.dev");
  EXPECT_THAT(info.vendor_version(), MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
  EXPECT_THAT(info.manifest(),
              UnorderedElementsAre(Pair("pools", "default=" + HomeOf("a-uuid")),
                                   Pair("node", "node-1")));
}

TEST_F(IdentityServiceTest, CapabilitiesAreTheAdvertisedOnes) {
  grpc::ClientContext context;
  csi::v1::GetPluginCapabilitiesResponse response;
  ASSERT_TRUE(stub_->GetPluginCapabilities(&context, {}, &response).ok());
  std::vector<int> services;
  std::vector<int> expansions;
  for (const auto& capability : response.capabilities()) {
    if (capability.has_service()) {
      services.push_back(capability.service().type());
    } else if (capability.has_volume_expansion()) {
      expansions.push_back(capability.volume_expansion().type());
    }
  }
  EXPECT_EQ(response.capabilities_size(), 4);
  EXPECT_THAT(
      services,
      ElementsAre(PluginCapability::Service::CONTROLLER_SERVICE,
                  PluginCapability::Service::VOLUME_ACCESSIBILITY_CONSTRAINTS));
  EXPECT_THAT(expansions,
              ElementsAre(PluginCapability::VolumeExpansion::ONLINE,
                          PluginCapability::VolumeExpansion::OFFLINE));
}

TEST_F(IdentityServiceTest, ProbeSaysReady) {
  ASSERT_TRUE(Probe().ok());
  EXPECT_TRUE(probed_.ready().value());
}

TEST_F(IdentityServiceTest, StartingIsOkAndNotReady) {
  readiness_ = absl::UnavailableError("waiting for the pool");
  ASSERT_TRUE(Probe().ok());
  ASSERT_TRUE(probed_.has_ready()) << "absent would mean ready";
  EXPECT_FALSE(probed_.ready().value());
}

TEST_F(IdentityServiceTest, WhatIsWrongIsFailedPrecondition) {
  readiness_ = absl::InternalError("the pool is gone; mount it");
  const grpc::Status status = Probe();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(status.error_message(), "the pool is gone; mount it");
}

}  // namespace
}  // namespace holdfast::identity
