// volume and snapshot: what they ask the controller for.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/fake_csi.h"
#include "tests/cli/run_holdfast.h"

namespace holdfast::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class VolumeCommandsTest : public testing::Test {
 protected:
  VolumeCommandsTest() {
    v1::Volume volume;
    volume.set_id("id-data");
    volume.set_name("data");
    volume.set_size_bytes(4096);
    volume.set_access_type(v1::ACCESS_TYPE_MOUNT);
    volume.set_fs_type("xfs");
    server_.admin().volumes = {volume};
    volume.set_id("id-raw");
    volume.set_name("raw");
    volume.set_access_type(v1::ACCESS_TYPE_BLOCK);
    volume.set_fs_type("");
    server_.admin().volumes.push_back(volume);
    v1::Snapshot snapshot;
    snapshot.set_id("id-before");
    snapshot.set_name("before");
    snapshot.set_size_bytes(8192);
    snapshot.set_access_type(v1::ACCESS_TYPE_MOUNT);
    snapshot.set_fs_type("xfs");
    server_.admin().snapshots = {snapshot};
  }

  Outcome Ask(std::vector<std::string> words) {
    words.push_back("--endpoint=" + server_.endpoint());
    return Holdfast(words);
  }

  FakeCsi server_;
};

TEST_F(VolumeCommandsTest, CreateSaysAllThatWasGivenAndPrintsTheId) {
  const Outcome outcome = Ask({"volume", "create", "db", "--size=2KiB",
                               "--fs=xfs", "--param", "a=b=c", "--pool=fast"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "id-of-db\n");
  ASSERT_THAT(server_.calls(), SizeIs(1));
  EXPECT_THAT(
      server_.calls()[0],
      AllOf(StartsWith("CreateVolume name: \"db\""),
            HasSubstr("required_bytes: 2048"), HasSubstr("fs_type: \"xfs\""),
            HasSubstr("key: \"a\" value: \"b=c\""),
            HasSubstr("key: \"pool\" value: \"fast\"")));
}

TEST_F(VolumeCommandsTest, CreateMakesBlockVolumes) {
  EXPECT_EQ(Ask({"volume", "create", "raw2", "--size=1M", "--block"}).exit_code,
            0);
  EXPECT_THAT(server_.calls()[0],
              AllOf(HasSubstr("block"), Not(HasSubstr("mount"))));
}

TEST_F(VolumeCommandsTest, WhatCannotBeMadeIsAMisuse) {
  const std::vector<std::string> lines[] = {
      {"volume", "create", "x"},
      {"volume", "create", "--size=1M"},
      {"volume", "create", "x", "--size=big"},
      {"volume", "create", "x", "--size=1M", "--param=novalue"},
      {"volume", "create", "x", "--size=1M", "--fs=xfs", "--block"},
      {"volume", "expand", "data"},
      {"volume", "delete"},
      {"volume"}};
  for (const std::vector<std::string>& words : lines) {
    EXPECT_EQ(Holdfast(words).exit_code, 2) << testing::PrintToString(words);
  }
  EXPECT_THAT(server_.calls(), IsEmpty());
}

TEST_F(VolumeCommandsTest, DeleteTakesNamesAndIds) {
  EXPECT_EQ(Ask({"volume", "delete", "data", "id-raw"}).exit_code, 0);
  EXPECT_THAT(server_.calls(),
              ElementsAre("DeleteVolume volume_id: \"id-data\"",
                          "DeleteVolume volume_id: \"id-raw\""));
}

TEST_F(VolumeCommandsTest, DeleteOfWhatIsNotThereFails) {
  const Outcome outcome = Ask({"volume", "delete", "dat"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("there is no volume \"dat\""));
  EXPECT_THAT(server_.calls(), IsEmpty());
}

TEST_F(VolumeCommandsTest, ARefusalIsShownWithItsCode) {
  server_.Answer("DeleteVolume", absl::FailedPreconditionError("in use"));
  const Outcome outcome = Ask({"volume", "delete", "data"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.err,
            "holdfast volume delete: data: in use (FAILED_PRECONDITION)\n");
}

TEST_F(VolumeCommandsTest, ExpandSaysTheNewSize) {
  EXPECT_EQ(Ask({"volume", "expand", "raw", "--size=1MiB"}).out,
            "id-raw has 1 MiB\n");
  EXPECT_THAT(server_.calls()[0],
              AllOf(HasSubstr("required_bytes: 1048576"), HasSubstr("block")));
}

TEST_F(VolumeCommandsTest, CloneKeepsSizeAndType) {
  EXPECT_EQ(Ask({"volume", "clone", "data", "copy"}).out, "id-of-copy\n");
  EXPECT_THAT(server_.calls()[0],
              AllOf(HasSubstr("required_bytes: 4096"), HasSubstr("xfs"),
                    HasSubstr("volume { volume_id: \"id-data\" }")));
  Ask({"volume", "clone", "data", "copy", "--size=1M"});
  EXPECT_THAT(server_.calls()[1], HasSubstr("required_bytes: 1048576"));
}

TEST_F(VolumeCommandsTest, SnapshotsAreMadeRestoredAndDeleted) {
  EXPECT_EQ(Ask({"snapshot", "create", "data", "s"}).out, "id-of-s\n");
  EXPECT_EQ(Ask({"snapshot", "restore", "before", "new"}).out, "id-of-new\n");
  EXPECT_EQ(Ask({"snapshot", "delete", "before"}).exit_code, 0);
  EXPECT_THAT(
      server_.calls(),
      ElementsAre(
          AllOf(StartsWith("CreateSnapshot"), HasSubstr("id-data")),
          AllOf(StartsWith("CreateVolume"), HasSubstr("required_bytes: 8192"),
                HasSubstr("snapshot { snapshot_id: \"id-before\" }")),
          "DeleteSnapshot snapshot_id: \"id-before\""));
}

}  // namespace
}  // namespace holdfast::cli
