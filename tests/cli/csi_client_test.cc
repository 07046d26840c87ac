#include "cli/csi_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/fake_csi.h"

namespace holdfast::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CsiClientTest : public testing::Test {
 protected:
  CsiClientTest() : client_(*CsiClient::Connect(server_.endpoint())) {}

  FakeCsi server_;
  std::unique_ptr<CsiClient> client_;
};

TEST_F(CsiClientTest, EndpointMustBeASocket) {
  EXPECT_EQ(CsiClient::Connect("localhost:80").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(CsiClientTest, ProbeIsOkWhenReadyIsNotSaid) {
  EXPECT_TRUE(client_->Probe().ok());
}

TEST_F(CsiClientTest, ProbeOfADaemonThatIsNotReadyIsUnavailable) {
  server_.Answer("Probe", absl::AbortedError("not ready"));
  EXPECT_TRUE(absl::IsUnavailable(client_->Probe()));
}

TEST_F(CsiClientTest, CodeAndMessageOfTheServerArrive) {
  server_.Answer("DeleteVolume", absl::FailedPreconditionError("in use"));
  const absl::Status status = client_->DeleteVolume("v");
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_EQ(status.message(), "in use");
}

TEST_F(CsiClientTest, SilenceEndsAtTheDeadlineAndNamesTheEndpoint) {
  const std::string nobody = "unix://" + server_.directory() + "/nobody.sock";
  auto client = *CsiClient::Connect(
      nobody, {.timeout = absl::Milliseconds(5), .waiting = Waiting::kYes});
  const absl::Status status = client->Probe();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_TRUE(IsUnreachable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr(nobody));
}

TEST_F(CsiClientTest, WithoutWaitingNobodyIsUnavailableSoon) {
  const std::string nobody = "unix://" + server_.directory() + "/nobody.sock";
  auto client =
      *CsiClient::Connect(nobody, {.timeout = absl::InfiniteDuration()});
  const absl::Status status = client->Probe();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_TRUE(IsUnreachable(status));
}

TEST_F(CsiClientTest, UnavailableAsAnAnswerIsNotUnreachable) {
  server_.Answer("DeleteVolume", absl::UnavailableError("an agent is silent"));
  const absl::Status status = client_->DeleteVolume("v");
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_FALSE(IsUnreachable(status));
}

TEST_F(CsiClientTest, AnswersAreRead) {
  EXPECT_EQ(client_->GetPluginInfo()->name, "fake.csi");
  EXPECT_EQ(client_->GetPluginInfo()->version, "1.2.3");
  EXPECT_EQ(client_->GetNodeId().value(), "node-1");
  const auto capacity = client_->GetCapacity();
  EXPECT_EQ(capacity->available_bytes, 1000);
  EXPECT_EQ(capacity->maximum_volume_bytes, 900);
  EXPECT_EQ(capacity->minimum_volume_bytes, 10);
  EXPECT_EQ(client_->ExpandVolume("v", 7, backend::AccessType::kMount).value(),
            7);
  EXPECT_EQ(client_->CreateSnapshot("s", "v").value(), "id-of-s");
}

TEST_F(CsiClientTest, CreateVolumeSaysSizeTypeAndSource) {
  const auto made = client_->CreateVolume(
      {.name = "a",
       .capacity = {.required_bytes = 100, .limit_bytes = 200},
       .access_type = backend::AccessType::kBlock,
       .source = {.kind = backend::ContentSource::Kind::kSnapshot,
                  .id = "snap"},
       .parameters = {{"key", "value"}}});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->id, "id-of-a");
  EXPECT_EQ(made->size_bytes, 100);
  EXPECT_THAT(
      server_.calls(),
      ElementsAre(AllOf(HasSubstr("required_bytes: 100 limit_bytes: 200"),
                        HasSubstr("block { } access_mode { mode: "
                                  "SINGLE_NODE_WRITER }"),
                        HasSubstr("snapshot_id: \"snap\""),
                        HasSubstr("key: \"key\" value: \"value\""))));
}

TEST_F(CsiClientTest, CloneNamesTheVolume) {
  ASSERT_TRUE(client_
                  ->CreateVolume(
                      {.name = "a",
                       .source = {.kind = backend::ContentSource::Kind::kVolume,
                                  .id = "vol"}})
                  .ok());
  EXPECT_THAT(server_.calls(),
              ElementsAre(HasSubstr("volume { volume_id: \"vol\" }")));
}

TEST_F(CsiClientTest, NodeCallsNameTheirPlaces) {
  const Placement placement = {.volume_id = "v",
                               .staging_path = "/s",
                               .target_path = "/t",
                               .mode = backend::AttachMode::kReadOnly};
  ASSERT_TRUE(client_->Stage(placement).ok());
  ASSERT_TRUE(client_->Publish(placement).ok());
  ASSERT_TRUE(client_->Unpublish(placement).ok());
  ASSERT_TRUE(client_->Unstage(placement).ok());
  EXPECT_THAT(
      server_.calls(),
      ElementsAre(
          AllOf(HasSubstr("NodeStageVolume volume_id: \"v\" "
                          "staging_target_path: \"/s\""),
                HasSubstr("mount { }")),
          AllOf(HasSubstr("target_path: \"/t\""), HasSubstr("readonly: true")),
          "NodeUnpublishVolume volume_id: \"v\" target_path: \"/t\"",
          "NodeUnstageVolume volume_id: \"v\" staging_target_path: \"/s\""));
}

}  // namespace
}  // namespace holdfast::cli
