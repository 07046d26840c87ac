#include "node/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::node {
namespace {

using absl::StatusCode;
using csi::v1::VolumeCapability;

VolumeCapability MountCapability() {
  VolumeCapability capability;
  capability.mutable_mount();
  capability.mutable_access_mode()->set_mode(
      VolumeCapability::AccessMode::SINGLE_NODE_WRITER);
  return capability;
}

csi::v1::NodeStageVolumeRequest StageRequest() {
  csi::v1::NodeStageVolumeRequest request;
  request.set_volume_id("v");
  request.set_staging_target_path("/staging");
  *request.mutable_volume_capability() = MountCapability();
  return request;
}

csi::v1::NodePublishVolumeRequest PublishRequest() {
  csi::v1::NodePublishVolumeRequest request;
  request.set_volume_id("v");
  request.set_staging_target_path("/staging");
  request.set_target_path("/target");
  *request.mutable_volume_capability() = MountCapability();
  return request;
}

StatusCode CodeOf(const csi::v1::NodeStageVolumeRequest& request) {
  return ValidateStage(request).status().code();
}

StatusCode CodeOf(const csi::v1::NodePublishVolumeRequest& request) {
  return ValidatePublish(request).status().code();
}

TEST(ValidateTest, AStageRequestBecomesASpec) {
  auto request = StageRequest();
  auto& capability = *request.mutable_volume_capability();
  capability.mutable_mount()->set_fs_type("ext4");
  capability.mutable_mount()->add_mount_flags("noatime");
  const auto spec = ValidateStage(request);
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->volume_id, "v");
  EXPECT_EQ(spec->staging_path, "/staging");
  EXPECT_EQ(spec->capability.access_type, backend::AccessType::kMount);
  EXPECT_EQ(spec->capability.fs_type, "ext4");
  EXPECT_EQ(spec->capability.access_mode,
            backend::AccessMode::kSingleNodeWriter);
  EXPECT_TRUE(spec->flags.attributes.noatime);
}

TEST(ValidateTest, EveryRequiredFieldOfStageIsRequired) {
  auto request = StageRequest();
  request.clear_volume_id();
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
  request = StageRequest();
  request.clear_staging_target_path();
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
  request = StageRequest();
  request.clear_volume_capability();
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
  request = StageRequest();
  request.mutable_volume_capability()->clear_mount();
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
  request = StageRequest();
  request.mutable_volume_capability()->clear_access_mode();
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
}

TEST(ValidateTest, UnknownAccessModesAreRefused) {
  auto request = StageRequest();
  for (const int mode : {-1, 0, 8, 100}) {
    request.mutable_volume_capability()->mutable_access_mode()->set_mode(
        static_cast<VolumeCapability::AccessMode::Mode>(mode));
    EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument) << mode;
  }
  for (int mode = 1; mode <= 7; ++mode) {
    request.mutable_volume_capability()->mutable_access_mode()->set_mode(
        static_cast<VolumeCapability::AccessMode::Mode>(mode));
    EXPECT_EQ(CodeOf(request), StatusCode::kOk) << mode;
  }
}

TEST(ValidateTest, WhatIsNotSupportedIsRefused) {
  auto request = StageRequest();
  request.mutable_volume_capability()->mutable_mount()->set_volume_mount_group(
      "1000");
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
  auto publish = PublishRequest();
  (*publish.mutable_volume_context())["csi.storage.k8s.io/ephemeral"] = "true";
  EXPECT_EQ(CodeOf(publish), StatusCode::kInvalidArgument);
  (*publish.mutable_volume_context())["csi.storage.k8s.io/ephemeral"] = "false";
  EXPECT_EQ(CodeOf(publish), StatusCode::kOk);
}

TEST(ValidateTest, PathsAreBroughtIntoNormalForm) {
  auto request = PublishRequest();
  request.set_target_path("//a/./b//c/");
  EXPECT_EQ(ValidatePublish(request)->target_path, "/a/b/c");
}

TEST(ValidateTest, PathsThatCannotBeMeantAreRefused) {
  for (const std::string& path :
       {std::string("relative"), std::string("/a/../b"), std::string("/"),
        "/" + std::string(4096, 'a'), std::string("/a\0b", 4)}) {
    auto request = PublishRequest();
    request.set_target_path(path);
    EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument) << path;
  }
}

TEST(ValidateTest, EveryRequiredFieldOfPublishIsRequired) {
  auto request = PublishRequest();
  request.clear_volume_id();
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
  request = PublishRequest();
  request.clear_target_path();
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
  request = PublishRequest();
  request.clear_volume_capability();
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
}

TEST(ValidateTest, PublishWithoutAStagingPathIsAFailedPrecondition) {
  auto request = PublishRequest();
  request.clear_staging_target_path();
  EXPECT_EQ(CodeOf(request), StatusCode::kFailedPrecondition);
  // What else is wrong with the request comes first.
  request.clear_volume_capability();
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
}

TEST(ValidateTest, ReadOnlyComesFromFlagModeOrMountOption) {
  EXPECT_FALSE(ValidatePublish(PublishRequest())->read_only);
  auto request = PublishRequest();
  request.set_readonly(true);
  EXPECT_TRUE(ValidatePublish(request)->read_only);
  request = PublishRequest();
  request.mutable_volume_capability()->mutable_access_mode()->set_mode(
      VolumeCapability::AccessMode::MULTI_NODE_READER_ONLY);
  EXPECT_TRUE(ValidatePublish(request)->read_only);
  request = PublishRequest();
  request.mutable_volume_capability()->mutable_mount()->add_mount_flags("ro");
  EXPECT_TRUE(ValidatePublish(request)->read_only);
}

TEST(ValidateTest, UnstageAndUnpublishNeedIdAndPath) {
  csi::v1::NodeUnstageVolumeRequest unstage;
  unstage.set_staging_target_path("/staging");
  EXPECT_EQ(ValidateUnstage(unstage).status().code(),
            StatusCode::kInvalidArgument);
  unstage.set_volume_id("v");
  EXPECT_EQ(ValidateUnstage(unstage)->staging_path, "/staging");
  unstage.clear_staging_target_path();
  EXPECT_EQ(ValidateUnstage(unstage).status().code(),
            StatusCode::kInvalidArgument);

  csi::v1::NodeUnpublishVolumeRequest unpublish;
  unpublish.set_target_path("/target");
  EXPECT_EQ(ValidateUnpublish(unpublish).status().code(),
            StatusCode::kInvalidArgument);
  unpublish.set_volume_id("v");
  EXPECT_EQ(ValidateUnpublish(unpublish)->target_path, "/target");
  unpublish.clear_target_path();
  EXPECT_EQ(ValidateUnpublish(unpublish).status().code(),
            StatusCode::kInvalidArgument);
}

TEST(ValidateTest, ExpandNeedsIdAndPathOnly) {
  csi::v1::NodeExpandVolumeRequest request;
  request.set_volume_path("some/path");
  EXPECT_EQ(ValidateExpand(request).status().code(),
            StatusCode::kInvalidArgument);
  request.set_volume_id("v");
  const auto spec = ValidateExpand(request);
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->volume_path, "some/path");
  EXPECT_FALSE(spec->access_type.has_value());
  request.clear_volume_path();
  EXPECT_EQ(ValidateExpand(request).status().code(),
            StatusCode::kInvalidArgument);
}

TEST(ValidateTest, ExpandRefusesRangesThatHoldNoSize) {
  csi::v1::NodeExpandVolumeRequest request;
  request.set_volume_id("v");
  request.set_volume_path("/target");
  const std::pair<int64_t, int64_t> ranges[] = {{-1, 0}, {0, -1}, {2, 1}};
  for (const auto& [required, limit] : ranges) {
    request.mutable_capacity_range()->set_required_bytes(required);
    request.mutable_capacity_range()->set_limit_bytes(limit);
    EXPECT_EQ(ValidateExpand(request).status().code(), StatusCode::kOutOfRange);
  }
  request.mutable_capacity_range()->set_required_bytes(2);
  request.mutable_capacity_range()->set_limit_bytes(0);
  EXPECT_EQ(ValidateExpand(request)->capacity.required_bytes, 2);
}

TEST(ValidateTest, ExpandTakesNoteOfACapability) {
  csi::v1::NodeExpandVolumeRequest request;
  request.set_volume_id("v");
  request.set_volume_path("/target");
  auto& capability = *request.mutable_volume_capability();
  EXPECT_EQ(ValidateExpand(request).status().code(),
            StatusCode::kInvalidArgument);
  capability = MountCapability();
  EXPECT_EQ(ValidateExpand(request)->access_type, backend::AccessType::kMount);
}

TEST(ValidateTest, StatsNeedIdAndPathOnly) {
  csi::v1::NodeGetVolumeStatsRequest request;
  request.set_volume_path("some/path");
  EXPECT_EQ(ValidateStats(request).status().code(),
            StatusCode::kInvalidArgument);
  request.set_volume_id("v");
  EXPECT_EQ(ValidateStats(request)->volume_path, "some/path");
  request.clear_volume_path();
  EXPECT_EQ(ValidateStats(request).status().code(),
            StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace holdfast::node
