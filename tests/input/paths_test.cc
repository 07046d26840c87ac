// Paths, which only the node gets: relative, missing, through symlinks, out of
// where they begin, too long.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/input/input_test.h"

namespace holdfast::input {
namespace {

class PathsTest : public InputTest {
 protected:
  PathsTest() {
    fakes::FakeKernel& kernel = world_.machine().kernel();
    kernel.AddSymlink("/kubelet/link");
    const auto file = kernel.files().Create("/kubelet/file");
    EXPECT_TRUE(file.ok());
    EXPECT_TRUE(kernel.files().WriteAll(file->get(), "data").ok());
  }
};

std::string Deep(int bytes) {
  std::string path = "/kubelet";
  while (static_cast<int>(path.size()) < bytes) path += "/d";
  return path;
}

// Paths that no call of the node takes.
std::vector<Row> BadPaths() {
  const auto kRefused = grpc::INVALID_ARGUMENT;
  return {{"empty", "", kRefused, "is missing"},
          {"relative", "kubelet/staging", kRefused, "absolute"},
          {"dot", ".", kRefused, "absolute"},
          {"blank", " /kubelet", kRefused, "absolute"},
          {"root", "/", kRefused, "root"},
          {"root in other words", "//.//", kRefused, "root"},
          {"a way up", "/kubelet/../pool/volumes", kRefused, "\"..\""},
          {"a way up at the end", "/kubelet/staging/..", kRefused, "\"..\""},
          {"NUL", "/kubelet/staging\\000", kRefused, "NUL"},
          {"5000 bytes", Deep(5000), kRefused, "too long"},
          {"a name of 256 bytes", "/kubelet/" + std::string(256, 'x'), kRefused,
           "too long"},
          {"a name of 256 bytes in the middle",
           "/kubelet/" + std::string(256, 'x') + "/a", kRefused, "too long"}};
}

std::vector<Row> Of(const std::string& field, std::vector<Row> rows) {
  for (Row& row : rows) {
    row.spoilt = absl::StrCat(field, ": '", row.spoilt, "'");
  }
  return rows;
}

TEST_P(PathsTest, PathsThatCannotBeMeantAreRefused) {
  ExpectRefused("NodeStageVolume", Of("staging_target_path", BadPaths()));
  ExpectRefused("NodeUnstageVolume", Of("staging_target_path", BadPaths()));
  ExpectRefused("NodePublishVolume", Of("target_path", BadPaths()));
  ExpectRefused("NodeUnpublishVolume", Of("target_path", BadPaths()));
  // One that is missing has a code of its own (csi-contract, 3.3).
  std::vector<Row> staging = BadPaths();
  staging.front().code = grpc::FAILED_PRECONDITION;
  ExpectRefused("NodePublishVolume", Of("staging_target_path", staging));
}

TEST_P(PathsTest, WhereNoVolumeCanBeNoneIsFound) {
  std::vector<Row> bad = BadPaths();
  for (Row& row : bad) {
    if (row.words != "absolute") continue;
    // csi-sanity asks about "some/path".
    row.code = grpc::NOT_FOUND;
    row.words = "is not mounted at";
  }
  std::vector<Row> other;
  for (const char* path :
       {"some/path", "/kubelet", "/kubelet/none", "/kubelet/link",
        "/kubelet/link/target", "/kubelet/file", "/kubelet/file/target",
        "/pool", "/dev/loop7"}) {
    other.push_back({path, path, grpc::NOT_FOUND, "is not mounted at"});
  }
  for (const char* rpc : {"NodeGetVolumeStats", "NodeExpandVolume"}) {
    ExpectRefused(rpc, Of("volume_path", bad));
    ExpectRefused(rpc, Of("volume_path", other));
  }
}

TEST_P(PathsTest, StagingNeedsTheDirectoryThatItsCallerMakes) {
  ExpectTaken("NodeUnpublishVolume", "target_path: '$target'");
  ExpectTaken("NodeUnstageVolume", "staging_target_path: '$staging'");
  std::vector<Row> rows;
  for (const char* path :
       {"/kubelet/none", "/kubelet/none/below", "/kubelet/link",
        "/kubelet/link/below", "/kubelet/file", "/kubelet/file/below",
        "/dev/loop7"}) {
    rows.push_back({path, path, grpc::FAILED_PRECONDITION, path});
  }
  ExpectRefused("NodeStageVolume", Of("staging_target_path", rows));
}

TEST_P(PathsTest, TargetsAreMadeOnlyWhereThereIsAPlace) {
  ExpectTaken("NodeUnpublishVolume", "target_path: '$target'");
  std::vector<Row> rows;
  for (const char* path :
       {"/kubelet/none/none/target", "/kubelet/link", "/kubelet/link/target",
        "/kubelet/file", "/kubelet/file/target", "/dev/loop7"}) {
    rows.push_back({path, path, grpc::FAILED_PRECONDITION, "the target"});
  }
  ExpectRefused("NodePublishVolume", Of("target_path", rows));
}

TEST_P(PathsTest, UnpublishRemovesNothingThatItDidNotMake) {
  std::vector<Row> rows;
  for (const char* path : {"/kubelet/link", "/kubelet/file", "/kubelet/pods",
                           "/pool/volumes", "/pool/POOL", "/dev/loop7"}) {
    rows.push_back({path, path, grpc::FAILED_PRECONDITION, path});
  }
  ExpectRefused("NodeUnpublishVolume", Of("target_path", rows));
}

TEST_P(PathsTest, WhatIsAbsentIsUndoneAlready) {
  const auto before = world_.Describe();
  for (const char* path :
       {"/kubelet/none", "/kubelet/link/target", "/kubelet/none/none/target",
        "/kubelet/file/target"}) {
    ExpectTaken("NodeUnpublishVolume",
                absl::StrCat("target_path: '", path, "'"));
    ExpectTaken("NodeUnstageVolume",
                absl::StrCat("staging_target_path: '", path, "'"));
  }
  EXPECT_EQ(fakes::Difference(before, world_.Describe()), "");
}

TEST_P(PathsTest, AnotherSpellingIsTheSamePath) {
  ExpectTaken("NodeStageVolume", "staging_target_path: '//kubelet/./staging/'");
  ExpectTaken("NodePublishVolume", "target_path: '/kubelet//pods/a/./target/'");
  EXPECT_EQ(world_.machine().kernel().MountedPaths().size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Input, PathsTest, testing::Values(Front::kAgent),
                         FrontName);

}  // namespace
}  // namespace holdfast::input
