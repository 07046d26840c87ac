#include "controller/expansion.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/controller/pool_service.h"

namespace holdfast::controller {
namespace {

class ExpansionTest : public testing::Test {
 protected:
  std::pair<grpc::Status, csi::v1::ControllerExpandVolumeResponse> Expand(
      const std::string& range, const std::string& more = "") {
    return pool_.Call(
        &ControllerService::ControllerExpandVolume,
        "volume_id: '" + id_ + "' capacity_range { " + range + " } " + more);
  }

  PoolService pool_;
  std::string id_ = pool_.MakeVolume("a", 4 * kMiB);
};

TEST_F(ExpansionTest, AnswersExactlyTheSizeAskedForAndNothingIsLeftToDo) {
  const auto [status, response] = Expand("required_bytes: 8388608");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.capacity_bytes(), 8388608);
  EXPECT_FALSE(response.node_expansion_required());
  EXPECT_EQ(pool_.backend().GetVolume(id_)->size_bytes, 8388608);
}

TEST_F(ExpansionTest, NothingShrinks) {
  const auto [status, response] = Expand("required_bytes: 1048576");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.capacity_bytes(), 4 * kMiB);
}

TEST_F(ExpansionTest, ALimitBelowTheSizeIsOutOfRange) {
  ExpectCode(Expand("limit_bytes: 1048576").first, grpc::OUT_OF_RANGE);
}

TEST_F(ExpansionTest, AMissingVolumeIsNotFound) {
  id_ = "fake-vol-id";
  ExpectCode(Expand("required_bytes: 1").first, grpc::NOT_FOUND);
}

TEST_F(ExpansionTest, TheCapabilityHasToBeTheVolumes) {
  ExpectCode(Expand("required_bytes: 8388608",
                    "volume_capability { block {} access_mode { mode: "
                    "SINGLE_NODE_WRITER } }")
                 .first,
             grpc::INVALID_ARGUMENT);
  ExpectCode(Expand("required_bytes: 8388608",
                    "volume_capability { mount { fs_type: 'ext4' } "
                    "access_mode { mode: SINGLE_NODE_WRITER } }")
                 .first,
             grpc::OK);
}

TEST_F(ExpansionTest, WorkGoingOnIsAborted) {
  const Operation other("NodeStageVolume");
  const auto held = pool_.locks().TryLock(id_, other);
  ExpectCode(Expand("required_bytes: 8388608").first, grpc::ABORTED);
}

TEST_F(ExpansionTest, WhatTheBackendCannotDoNowIsFailedPrecondition) {
  pool_.backend().OnCall([](absl::string_view verb) {
    return verb == "ExpandVolume"
               ? absl::FailedPreconditionError("CAP_SYS_RESOURCE is missing")
               : absl::OkStatus();
  });
  ExpectCode(Expand("required_bytes: 8388608").first, grpc::FAILED_PRECONDITION,
             "CAP_SYS_RESOURCE");
}

}  // namespace
}  // namespace holdfast::controller
