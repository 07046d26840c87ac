#include "cli/workplace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_split.h"
#include "tests/cli/fake_csi.h"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WorkplaceTest : public testing::Test {
 protected:
  WorkplaceTest()
      : client_(*CsiClient::Connect(server_.endpoint())),
        workplace_({.controller = *client_, .node = *client_},
                   server_.directory() + "/work", "test") {}

  WorkVolume& Make(const std::string& name) {
    return **workplace_.Create(name, {.capacity = {.required_bytes = 100}});
  }

  // Names of the calls after the first `skip`.
  std::vector<std::string> Methods(size_t skip) const {
    std::vector<std::string> methods;
    const std::vector<std::string> calls = server_.calls();
    for (size_t i = skip; i < calls.size(); ++i) {
      const std::vector<std::string> words = absl::StrSplit(calls[i], ' ');
      methods.push_back(words[0]);
    }
    return methods;
  }

  FakeCsi server_;
  std::unique_ptr<CsiClient> client_;
  Workplace workplace_;
};

TEST_F(WorkplaceTest, NamesBeginWithThePrefix) {
  EXPECT_EQ(Make("a").id, "id-of-test-a");
  EXPECT_EQ(workplace_.Snapshot("s", Make("b")).value(), "id-of-test-s");
}

TEST_F(WorkplaceTest, CleanUpUndoesWhatWasDoneAndNoMore) {
  WorkVolume& first = Make("first");
  ASSERT_TRUE(workplace_.Stage(first).ok());
  WorkVolume& second = Make("second");
  ASSERT_TRUE(workplace_.Stage(second).ok());
  ASSERT_TRUE(workplace_.Publish(second).ok());
  ASSERT_TRUE(workplace_.Snapshot("s", first).ok());
  const size_t before = server_.calls().size();
  EXPECT_TRUE(workplace_.CleanUp().ok());
  EXPECT_THAT(
      Methods(before),
      ElementsAre("NodeUnpublishVolume", "NodeUnstageVolume", "DeleteVolume",
                  "NodeUnstageVolume", "DeleteVolume", "DeleteSnapshot"));
  EXPECT_THAT(server_.calls()[before], HasSubstr("id-of-test-second"));
  // The directories are gone with the volumes.
  EXPECT_TRUE(std::filesystem::is_empty(server_.directory() + "/work"));
  const size_t after = server_.calls().size();
  EXPECT_TRUE(workplace_.CleanUp().ok());
  EXPECT_THAT(Methods(after), IsEmpty());
}

TEST_F(WorkplaceTest, AFailedStageIsUndoneToo) {
  server_.Answer("NodeStageVolume", absl::InternalError("half done"));
  WorkVolume& volume = Make("a");
  EXPECT_FALSE(workplace_.Stage(volume).ok());
  const size_t before = server_.calls().size();
  EXPECT_TRUE(workplace_.CleanUp().ok());
  EXPECT_THAT(Methods(before),
              ElementsAre("NodeUnstageVolume", "DeleteVolume"));
}

TEST_F(WorkplaceTest, CleanUpGoesOnAfterAnErrorAndCanBeRepeated) {
  WorkVolume& first = Make("first");
  WorkVolume& second = Make("second");
  ASSERT_TRUE(workplace_.Stage(first).ok());
  ASSERT_TRUE(workplace_.Stage(second).ok());
  server_.Answer("NodeUnstageVolume", absl::UnavailableError("gone"));
  ASSERT_TRUE(workplace_.Snapshot("s", first).ok());
  const absl::Status status = workplace_.CleanUp();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("test-second"));
  EXPECT_THAT(server_.calls().back(), HasSubstr("DeleteSnapshot"));

  server_.Answer("NodeUnstageVolume", absl::OkStatus());
  const size_t before = server_.calls().size();
  EXPECT_TRUE(workplace_.CleanUp().ok());
  EXPECT_THAT(Methods(before),
              ElementsAre("NodeUnstageVolume", "DeleteVolume",
                          "NodeUnstageVolume", "DeleteVolume"));
}

TEST_F(WorkplaceTest, DeletingKeepsFilesThatAreUnexpectedlyThere) {
  WorkVolume& volume = Make("a");
  ASSERT_TRUE(workplace_.Stage(volume).ok());
  const std::string file = volume.staging_path + "/precious";
  WriteTextFile(file, "data");
  ASSERT_TRUE(workplace_.Unstage(volume).ok());
  EXPECT_FALSE(workplace_.Delete(volume).ok());
  EXPECT_TRUE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace holdfast::cli
