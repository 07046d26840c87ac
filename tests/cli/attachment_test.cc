#include "cli/attachment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_split.h"
#include "tests/cli/fake_csi.h"
#include "tests/cli/run_holdfast.h"

namespace holdfast::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A mount table, written by the test.
class MountTable final : public os::Mounts {
 public:
  std::vector<os::MountPoint> points;

  absl::StatusOr<UniqueFd> MountDevice(const os::MountRequest&) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<UniqueFd> CloneMount(const std::string&) override {
    return absl::UnimplementedError("");
  }
  absl::Status SetAttributes(int, const os::MountAttributes&) override {
    return absl::UnimplementedError("");
  }
  absl::Status Attach(int, const std::string&) override {
    return absl::UnimplementedError("");
  }
  absl::Status Unmount(const std::string&) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::vector<os::MountPoint>> List() override { return points; }
  absl::StatusOr<std::vector<os::ShownMount>> ListOf(
      const os::DeviceNumber&, const std::string&) override {
    return absl::UnimplementedError("");
  }
};

class AttachmentTest : public testing::Test {
 protected:
  AttachmentTest()
      : node_(*CsiClient::Connect(server_.endpoint())),
        attachments_({.node = *node_, .mounts = mounts_}, staging_) {}

  AttachSpec At(const std::string& name) const {
    return {.volume_id = "v", .path = server_.directory() + "/" + name};
  }

  // The file system of the volume stands at `path` from now on.
  void Mounted(const std::string& path, const std::string& root = "/") {
    mounts_.points.push_back(
        {.path = path, .root = root, .file_system = {.major = 7, .minor = 3}});
  }

  std::vector<std::string> Methods() const {
    std::vector<std::string> methods;
    for (const std::string& call : server_.calls()) {
      methods.emplace_back(call.substr(0, call.find(' ')));
    }
    return methods;
  }

  FakeCsi server_;
  const std::string staging_ = server_.directory() + "/attached";
  MountTable mounts_;
  std::unique_ptr<CsiClient> node_;
  Attachments attachments_;
};

TEST_F(AttachmentTest, AttachStagesBelowTheRootAndPublishesAtThePath) {
  ASSERT_TRUE(attachments_.Attach(At("deep/data")).ok());
  const auto calls = server_.calls();
  EXPECT_THAT(calls, ElementsAre(AllOf(HasSubstr("NodeStageVolume"),
                                       HasSubstr(staging_ + "/v\"")),
                                 AllOf(HasSubstr("NodePublishVolume"),
                                       HasSubstr(staging_ + "/v\""),
                                       HasSubstr("/deep/data\""))));
  EXPECT_TRUE(fs::is_directory(staging_ + "/v"));
  EXPECT_TRUE(fs::is_directory(server_.directory() + "/deep"));
}

TEST_F(AttachmentTest, ReadOnlyIsForThePathOnly) {
  AttachSpec spec = At("data");
  spec.mode = backend::AttachMode::kReadOnly;
  ASSERT_TRUE(attachments_.Attach(spec).ok());
  EXPECT_THAT(server_.calls()[1], HasSubstr("readonly: true"));
}

TEST_F(AttachmentTest, FilesInTheWayAreNotCovered) {
  fs::create_directory(At("data").path);
  WriteTextFile(At("data").path + "/precious", "data");
  EXPECT_TRUE(absl::IsFailedPrecondition(attachments_.Attach(At("data"))));
  EXPECT_THAT(server_.calls(), IsEmpty());
  // Attached there already: the files are the volume's.
  Mounted(At("data").path);
  EXPECT_TRUE(attachments_.Attach(At("data")).ok());
}

TEST_F(AttachmentTest, DetachUndoesBoth) {
  ASSERT_TRUE(attachments_.Attach(At("data")).ok());
  Mounted(staging_ + "/v");
  ASSERT_TRUE(attachments_.Detach(At("data")).ok());
  EXPECT_THAT(Methods(),
              ElementsAre("NodeStageVolume", "NodePublishVolume",
                          "NodeUnpublishVolume", "NodeUnstageVolume"));
  EXPECT_FALSE(fs::exists(staging_ + "/v"));
  EXPECT_TRUE(attachments_.Detach(At("data")).ok());
}

TEST_F(AttachmentTest, StagingStaysWhileAnotherPathHasTheVolume) {
  ASSERT_TRUE(attachments_.Attach(At("one")).ok());
  Mounted(staging_ + "/v");
  Mounted(At("two").path);
  ASSERT_TRUE(attachments_.Detach(At("one")).ok());
  EXPECT_EQ(Methods().back(), "NodeUnpublishVolume");
  EXPECT_TRUE(fs::exists(staging_ + "/v"));
}

TEST_F(AttachmentTest, BlockVolumesAreKnownByTheirDeviceNode) {
  ASSERT_TRUE(attachments_.Attach(At("one")).ok());
  Mounted(staging_ + "/v/device", "/loop3");
  Mounted("/somewhere", "/loop4");
  Mounted(At("two").path, "/loop3");
  ASSERT_TRUE(attachments_.Detach(At("one")).ok());
  EXPECT_EQ(Methods().back(), "NodeUnpublishVolume");
  mounts_.points.pop_back();
  ASSERT_TRUE(attachments_.Detach(At("two")).ok());
  EXPECT_EQ(Methods().back(), "NodeUnstageVolume");
}

TEST_F(AttachmentTest, AFailedAttachLeavesNothingStaged) {
  server_.Answer("NodePublishVolume", absl::InternalError("broken"));
  const absl::Status status = attachments_.Attach(At("data"));
  EXPECT_EQ(status.message(), "broken");
  EXPECT_EQ(Methods().back(), "NodeUnstageVolume");
  EXPECT_FALSE(fs::exists(staging_ + "/v"));
}

TEST_F(AttachmentTest, AFailedAttachSaysWhatCouldNotBeUndone) {
  server_.Answer("NodePublishVolume", absl::InternalError("broken"));
  server_.Answer("NodeUnstageVolume", absl::InternalError("busy"));
  const absl::Status status = attachments_.Attach(At("data"));
  EXPECT_THAT(
      std::string(status.message()),
      AllOf(HasSubstr("broken"), HasSubstr("still staged"), HasSubstr("busy")));
}

TEST_F(AttachmentTest, TheCommandsFindTheVolumeByItsName) {
  v1::Volume volume;
  volume.set_id("v");
  volume.set_name("data");
  volume.set_access_type(v1::ACCESS_TYPE_BLOCK);
  server_.admin().volumes = {volume};
  const std::vector<std::string> rest = {
      "data", At("data").path, "--staging=" + staging_,
      "--endpoint=" + server_.endpoint(),
      "--node_endpoint=" + server_.endpoint()};
  for (const char* command : {"attach", "detach"}) {
    std::vector<std::string> words = rest;
    words.insert(words.begin(), command);
    const Outcome outcome = Holdfast(words);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(At("data").path));
  }
  EXPECT_THAT(Methods(),
              ElementsAre("NodeStageVolume", "NodePublishVolume",
                          "NodeUnpublishVolume", "NodeUnstageVolume"));
  EXPECT_THAT(server_.calls()[0], HasSubstr("block"));
}

TEST_F(AttachmentTest, WithoutANodeDaemonNothingIsLeft) {
  v1::Volume volume;
  volume.set_id("v");
  server_.admin().volumes = {volume};
  const Outcome outcome =
      Holdfast({"attach", "v", At("data").path, "--staging=" + staging_,
                "--endpoint=" + server_.endpoint(),
                "--node_endpoint=unix://" + server_.directory() + "/no.sock"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_FALSE(fs::exists(staging_ + "/v"));
}

}  // namespace
}  // namespace holdfast::cli
