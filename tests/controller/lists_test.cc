#include "controller/lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/controller/pool_service.h"

namespace holdfast::controller {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ListsTest : public testing::Test {
 protected:
  csi::v1::ListVolumesResponse Volumes(const std::string& request) {
    const auto [status, response] =
        pool_.Call(&ControllerService::ListVolumes, request);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  csi::v1::ListSnapshotsResponse Snapshots(const std::string& request) {
    const auto [status, response] =
        pool_.Call(&ControllerService::ListSnapshots, request);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  static std::vector<std::string> Ids(
      const csi::v1::ListVolumesResponse& response) {
    std::vector<std::string> ids;
    for (const auto& entry : response.entries()) {
      ids.push_back(entry.volume().volume_id());
    }
    return ids;
  }

  static std::vector<std::string> Ids(
      const csi::v1::ListSnapshotsResponse& response) {
    std::vector<std::string> ids;
    for (const auto& entry : response.entries()) {
      ids.push_back(entry.snapshot().snapshot_id());
    }
    return ids;
  }

  std::set<std::string> MakeVolumes(int count) {
    std::set<std::string> ids;
    for (int i = 0; i < count; ++i) {
      ids.insert(pool_.MakeVolume(std::to_string(i)));
    }
    return ids;
  }

  void Attach(const std::string& id, backend::AttachMode mode) {
    Operation operation("test");
    const auto held = pool_.locks().TryLock(id, operation);
    ASSERT_TRUE(pool_.backend().Attach(id, mode, operation).ok());
  }

  void Delete(const std::string& id) {
    ExpectCode(
        pool_.Call(&ControllerService::DeleteVolume, "volume_id: '" + id + "'")
            .first,
        grpc::OK);
  }

  PoolService pool_;
};

TEST_F(ListsTest, AnEmptyPoolHasNothingToList) {
  const auto response = Volumes("");
  EXPECT_THAT(response.entries(), IsEmpty());
  EXPECT_EQ(response.next_token(), "");
}

TEST_F(ListsTest, EveryEntryHasAStatus) {
  const std::string id = pool_.MakeVolume("a", 4 * kMiB);
  const auto response = Volumes("");
  ASSERT_EQ(response.entries_size(), 1);
  EXPECT_TRUE(response.entries(0).has_status());
  EXPECT_EQ(response.entries(0).volume().volume_id(), id);
  EXPECT_EQ(response.entries(0).volume().capacity_bytes(), 4 * kMiB);
  EXPECT_THAT(response.entries(0).status().published_node_ids(), IsEmpty());
}

TEST_F(ListsTest, PagesTogetherAreTheWholeList) {
  const auto all = MakeVolumes(5);
  const auto first = Volumes("max_entries: 2");
  EXPECT_EQ(first.entries_size(), 2);
  const auto rest = Volumes("starting_token: '" + first.next_token() + "'");
  EXPECT_EQ(rest.entries_size(), 3);
  EXPECT_EQ(rest.next_token(), "");
  std::set<std::string> seen;
  for (const auto& id : Ids(first)) seen.insert(id);
  for (const auto& id : Ids(rest)) seen.insert(id);
  EXPECT_EQ(seen, all);
}

TEST_F(ListsTest, AFullLastPageHasNoToken) {
  MakeVolumes(2);
  EXPECT_EQ(Volumes("max_entries: 2").next_token(), "");
}

TEST_F(ListsTest, ATokenOutlivesTheVolumeItEndedWith) {
  const auto all = MakeVolumes(4);
  const auto first = Volumes("max_entries: 2");
  for (const auto& id : Ids(first)) Delete(id);
  const auto rest = Volumes("starting_token: '" + first.next_token() + "'");
  EXPECT_EQ(rest.entries_size(), 2);
}

TEST_F(ListsTest, ABadTokenIsAborted) {
  const auto [status, response] = pool_.Call(&ControllerService::ListVolumes,
                                             "starting_token: 'invalid-token'");
  ExpectCode(status, grpc::ABORTED);
}

TEST_F(ListsTest, PublishedIsWhatWasRecordedAndWhatIsAttached) {
  const std::string recorded = pool_.MakeVolume("recorded");
  const std::string attached = pool_.MakeVolume("attached");
  const std::string read_only = pool_.MakeVolume("read-only");
  const std::string both = pool_.MakeVolume("both");
  for (const auto& id : {recorded, both}) {
    ExpectCode(pool_
                   .Call(&ControllerService::ControllerPublishVolume,
                         "volume_id: '" + id +
                             "' node_id: 'node-1' volume_capability { mount "
                             "{} access_mode { mode: SINGLE_NODE_WRITER } }")
                   .first,
               grpc::OK);
  }
  Attach(attached, backend::AttachMode::kReadWrite);
  Attach(read_only, backend::AttachMode::kReadOnly);
  Attach(both, backend::AttachMode::kReadWrite);
  const auto response = Volumes("");
  ASSERT_EQ(response.entries_size(), 4);
  for (const auto& entry : response.entries()) {
    EXPECT_THAT(entry.status().published_node_ids(), ElementsAre("node-1"));
  }
}

TEST_F(ListsTest, OneVolumeIsReadWithItsStatus) {
  const std::string id = pool_.MakeVolume("a");
  Attach(id, backend::AttachMode::kReadWrite);
  const auto [status, response] = pool_.Call(
      &ControllerService::ControllerGetVolume, "volume_id: '" + id + "'");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.volume().volume_id(), id);
  EXPECT_THAT(response.status().published_node_ids(), ElementsAre("node-1"));
}

TEST_F(ListsTest, AMissingVolumeIsNotFound) {
  for (const std::string& id :
       {std::string("fake-vol-id"),
        pool_.backend().VolumeId({.name = "never"}).value()}) {
    const auto [status, response] = pool_.Call(
        &ControllerService::ControllerGetVolume, "volume_id: '" + id + "'");
    ExpectCode(status, grpc::NOT_FOUND);
  }
}

TEST_F(ListsTest, SnapshotsAreFilteredByIdAndBySource) {
  const std::string a = pool_.MakeVolume("a");
  const std::string b = pool_.MakeVolume("b");
  const std::string s1 = pool_.MakeSnapshot("s1", a);
  const std::string s2 = pool_.MakeSnapshot("s2", a);
  const std::string s3 = pool_.MakeSnapshot("s3", b);
  EXPECT_THAT(Ids(Snapshots("")), UnorderedElementsAre(s1, s2, s3));
  EXPECT_THAT(Ids(Snapshots("snapshot_id: '" + s2 + "'")), ElementsAre(s2));
  EXPECT_THAT(Ids(Snapshots("source_volume_id: '" + a + "'")),
              UnorderedElementsAre(s1, s2));
}

TEST_F(ListsTest, AFilterThatNothingMatchesIsAnEmptyList) {
  pool_.MakeSnapshot("s", pool_.MakeVolume("a"));
  for (const std::string& filter :
       {std::string("snapshot_id: 'none-exist-id'"),
        "snapshot_id: '" +
            pool_.backend().SnapshotId({.name = "never"}).value() + "'",
        std::string("source_volume_id: 'none-exist-id'")}) {
    EXPECT_THAT(Snapshots(filter).entries(), IsEmpty()) << filter;
  }
}

TEST_F(ListsTest, ABackendThatKnowsNoSuchFilterIsAnEmptyList) {
  pool_.backend().OnCall([](absl::string_view verb) {
    return verb == "ListSnapshots" ? absl::NotFoundError("no such id")
                                   : absl::OkStatus();
  });
  EXPECT_THAT(Snapshots("snapshot_id: 'odd'").entries(), IsEmpty());
}

TEST_F(ListsTest, SnapshotsComeInPagesToo) {
  const std::string a = pool_.MakeVolume("a");
  for (int i = 0; i < 5; ++i) pool_.MakeSnapshot(std::to_string(i), a);
  const auto first = Snapshots("max_entries: 2");
  EXPECT_EQ(first.entries_size(), 2);
  ASSERT_NE(first.next_token(), "");
  EXPECT_EQ(
      Snapshots("starting_token: '" + first.next_token() + "'").entries_size(),
      3);
}

TEST_F(ListsTest, SnapshotsOutliveTheirVolume) {
  const std::string a = pool_.MakeVolume("a");
  const std::string s = pool_.MakeSnapshot("s", a);
  Delete(a);
  EXPECT_THAT(Ids(Snapshots("source_volume_id: '" + a + "'")), ElementsAre(s));
}

}  // namespace
}  // namespace holdfast::controller
