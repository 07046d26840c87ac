#include "backend/csi_limits.h"

#include <gtest/gtest.h>

#include <string>

#include "csi/v1/csi.pb.h"

namespace holdfast::backend {
namespace {

using google::protobuf::Message;

bool Fits(const Message& message) { return CheckLimits(message).ok(); }

TEST(LimitsTest, StringsMayHave128Bytes) {
  csi::v1::DeleteVolumeRequest request;
  request.set_volume_id(std::string(128, 'x'));
  EXPECT_TRUE(Fits(request));
  request.set_volume_id(std::string(129, 'x'));
  EXPECT_TRUE(absl::IsInvalidArgument(CheckLimits(request)));
}

TEST(LimitsTest, NodeIdsMayHave256Bytes) {
  csi::v1::ControllerPublishVolumeRequest request;
  request.set_node_id(std::string(256, 'x'));
  EXPECT_TRUE(Fits(request));
  request.set_node_id(std::string(257, 'x'));
  EXPECT_FALSE(Fits(request));
}

TEST(LimitsTest, PathsMayBeAsLongAsTheKernelLetsThem) {
  csi::v1::NodePublishVolumeRequest request;
  request.set_target_path("/" + std::string(5000, 'x'));
  request.set_staging_target_path("/" + std::string(5000, 'x'));
  EXPECT_TRUE(Fits(request));
}

TEST(LimitsTest, MapsMayHave4KiBInTotal) {
  csi::v1::CreateVolumeRequest request;
  for (int i = 0; i < 4; ++i) {
    const std::string key(24, static_cast<char>('a' + i));
    (*request.mutable_parameters())[key] = std::string(1000, 'v');
  }
  EXPECT_TRUE(Fits(request));
  (*request.mutable_parameters())["k"] = "";
  EXPECT_FALSE(Fits(request));
}

TEST(LimitsTest, MountFlagsMayHave4KiBInTotal) {
  csi::v1::CreateVolumeRequest request;
  auto& mount = *request.add_volume_capabilities()->mutable_mount();
  mount.add_mount_flags(std::string(4000, 'f'));
  mount.add_mount_flags(std::string(96, 'f'));
  EXPECT_TRUE(Fits(request));
  mount.add_mount_flags("f");
  EXPECT_FALSE(Fits(request));
}

TEST(LimitsTest, FieldsOfInnerMessagesCount) {
  csi::v1::CreateVolumeRequest request;
  request.mutable_volume_content_source()->mutable_volume()->set_volume_id(
      std::string(129, 'x'));
  EXPECT_FALSE(Fits(request));
}

TEST(LimitsTest, MessagesNameTheFieldAndNeverItsValue) {
  csi::v1::DeleteVolumeRequest request;
  (*request.mutable_secrets())["key"] = std::string(5000, 'q');
  const std::string message(CheckLimits(request).message());
  EXPECT_NE(message.find("secrets"), std::string::npos) << message;
  EXPECT_EQ(message.find("qqq"), std::string::npos) << message;
}

}  // namespace
}  // namespace holdfast::backend
