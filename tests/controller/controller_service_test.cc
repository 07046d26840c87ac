#include "controller/controller_service.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/controller/pool_service.h"

namespace holdfast::controller {
namespace {

TEST(ControllerServiceTest, AdvertisesWhatItHasAndNothingElse) {
  PoolService pool;
  const auto [status, response] =
      pool.Call(&ControllerService::ControllerGetCapabilities, std::string());
  ASSERT_TRUE(status.ok()) << status.error_message();
  std::set<int> types;
  for (const auto& capability : response.capabilities()) {
    types.insert(capability.rpc().type());
  }
  // CSI 1.13: all but MODIFY_VOLUME (14) and health (16, 17); 11 is reserved.
  EXPECT_EQ(types, (std::set<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15}));
}

TEST(ControllerServiceTest, WhatIsNotOfferedIsUnimplemented) {
  PoolService pool;
  grpc::ServerContext context;
  const csi::v1::ControllerModifyVolumeRequest request;
  csi::v1::ControllerModifyVolumeResponse response;
  EXPECT_EQ(pool.service()
                .ControllerModifyVolume(&context, &request, &response)
                .error_code(),
            grpc::UNIMPLEMENTED);
}

TEST(ControllerServiceTest, RequiredFieldsComeBeforeExistence) {
  PoolService pool;
  ExpectCode(pool.Call(&ControllerService::ControllerPublishVolume,
                       std::string("volume_id: 'fake-vol-id'"))
                 .first,
             grpc::INVALID_ARGUMENT, "node_id");
  ExpectCode(pool.Call(&ControllerService::CreateSnapshot,
                       std::string("source_volume_id: 'testId'"))
                 .first,
             grpc::INVALID_ARGUMENT, "name");
}

TEST(ControllerServiceTest, NoSecretReachesAMessage) {
  PoolService pool;
  const auto [status, response] = pool.Call(
      &ControllerService::DeleteVolume,
      std::string("secrets { key: 'password' value: 'hunter2hunter2' }"));
  ExpectCode(status, grpc::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message().find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::controller
