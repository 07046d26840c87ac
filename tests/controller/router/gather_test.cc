#include "controller/router/gather.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/controller/router/running_agent.h"

namespace holdfast::controller {
namespace {

class GatherTest : public testing::Test {
 protected:
  // Three volumes on each of the pools; their ids in order.
  std::vector<std::string> MakeVolumes() {
    std::vector<std::string> ids;
    for (PoolAgent* agent : {&a_, &b_, &c_}) {
      for (const char* name : {"1", "2", "3"}) {
        ids.push_back(agent->pool().MakeVolume(name));
      }
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  csi::v1::ListVolumesResponse List(int max, const std::string& token) {
    const auto [status, response] = router_.Call(
        &Stub::ListVolumes, "max_entries: " + std::to_string(max) +
                                " starting_token: '" + token + "'");
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  static void Append(const csi::v1::ListVolumesResponse& page,
                     std::vector<std::string>& ids) {
    for (const auto& entry : page.entries()) {
      EXPECT_TRUE(entry.has_status());
      ids.push_back(entry.volume().volume_id());
    }
  }

  // All volumes, in pages of this size.
  std::vector<std::string> InPagesOf(int max) {
    std::vector<std::string> ids;
    std::string token;
    do {
      const auto page = List(max, token);
      EXPECT_LE(page.entries_size(), max == 0 ? 9 : max);
      Append(page, ids);
      token = page.next_token();
    } while (!token.empty());
    return ids;
  }

  SocketDirectory directory_;
  PoolAgent a_{directory_.Socket("a"), "pool-a", "node-a", 64 * kMiB};
  PoolAgent b_{directory_.Socket("b"), "pool-b", "node-b", 32 * kMiB};
  PoolAgent c_{directory_.Socket("c"), "pool-c", "node-c", 16 * kMiB};
  RunningRouter router_{directory_.Socket("router"),
                        {a_.endpoint(), b_.endpoint(), c_.endpoint()}};
};

TEST_F(GatherTest, EveryPageSizeGivesTheWholeListInOrder) {
  const auto all = MakeVolumes();
  for (int max = 0; max <= 10; ++max) EXPECT_EQ(InPagesOf(max), all) << max;
}

TEST_F(GatherTest, ATokenAloneGivesAllTheRest) {
  const auto all = MakeVolumes();
  auto page = List(4, "");
  EXPECT_EQ(page.entries_size(), 4);
  std::vector<std::string> ids;
  Append(page, ids);
  page = List(0, page.next_token());
  Append(page, ids);
  EXPECT_EQ(ids, all);
  EXPECT_EQ(page.next_token(), "");
}

TEST_F(GatherTest, ATokenOutlivesWhatItEndedWith) {
  const auto all = MakeVolumes();
  for (int max = 1; max < 9; ++max) {
    const auto page = List(max, "");
    const std::string last =
        page.entries(page.entries_size() - 1).volume().volume_id();
    const auto erased =
        router_.Call(&Stub::DeleteVolume, "volume_id: '" + last + "'");
    ASSERT_TRUE(erased.first.ok()) << erased.first.error_message();
    std::vector<std::string> rest;
    Append(List(0, page.next_token()), rest);
    EXPECT_EQ(rest, std::vector(all.begin() + max, all.end()));
    for (PoolAgent* agent : {&a_, &b_, &c_}) {
      if (ParseId(last)->home != agent->home()) continue;
      for (const char* name : {"1", "2", "3"}) agent->pool().MakeVolume(name);
    }
  }
}

TEST_F(GatherTest, ABadTokenIsAborted) {
  ExpectCode(
      router_.Call(&Stub::ListVolumes, "starting_token: 'invalid-token'").first,
      grpc::ABORTED);
  ExpectCode(router_.Call(&Stub::ListVolumes, "max_entries: -1").first,
             grpc::INVALID_ARGUMENT);
}

TEST_F(GatherTest, AListThatWouldBeIncompleteIsUnavailable) {
  MakeVolumes();
  b_.Stop();
  ExpectCode(router_.Call(&Stub::ListVolumes, "").first, grpc::UNAVAILABLE,
             b_.endpoint().ToString());
  ExpectCode(router_.Call(&Stub::ListSnapshots, "").first, grpc::UNAVAILABLE,
             b_.endpoint().ToString());
  b_.Start();
  const auto answer = router_.CallRestarted(&Stub::ListVolumes, "");
  EXPECT_EQ(answer.second.entries_size(), 9) << answer.first.error_message();
}

TEST_F(GatherTest, SnapshotsOfAllPoolsAreListed) {
  for (PoolAgent* agent : {&a_, &b_, &c_}) {
    agent->pool().MakeSnapshot("s", agent->pool().MakeVolume("v"));
  }
  const auto [status, response] = router_.Call(&Stub::ListSnapshots, "");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.entries_size(), 3);
}

TEST_F(GatherTest, AFilterNeedsOnlyItsOwnAgent) {
  const std::string volume = a_.pool().MakeVolume("v");
  const std::string snapshot = a_.pool().MakeSnapshot("s", volume);
  b_.Stop();
  for (const std::string& filter : {"snapshot_id: '" + snapshot + "'",
                                    "source_volume_id: '" + volume + "'"}) {
    const auto [status, response] = router_.Call(&Stub::ListSnapshots, filter);
    ASSERT_TRUE(status.ok()) << status.error_message();
    ASSERT_EQ(response.entries_size(), 1);
    EXPECT_EQ(response.entries(0).snapshot().snapshot_id(), snapshot);
  }
  ExpectCode(
      router_
          .Call(&Stub::ListSnapshots,
                "snapshot_id: '" +
                    b_.pool().backend().SnapshotId({.name = "s"}).value() + "'")
          .first,
      grpc::UNAVAILABLE, b_.endpoint().ToString());
}

TEST_F(GatherTest, AFilterThatNothingMatchesIsEmpty) {
  for (const std::string& filter :
       {std::string("snapshot_id: 'none-exist-id'"),
        "source_volume_id: '" +
            a_.pool().backend().VolumeId({.name = "x"}).value() + "'"}) {
    const auto [status, response] = router_.Call(&Stub::ListSnapshots, filter);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.entries_size(), 0);
  }
}

TEST_F(GatherTest, AFilteredListHasPages) {
  const std::string volume = a_.pool().MakeVolume("v");
  for (const char* name : {"1", "2", "3"}) {
    a_.pool().MakeSnapshot(name, volume);
  }
  const std::string filter = "source_volume_id: '" + volume + "' ";
  const auto first =
      router_.Call(&Stub::ListSnapshots, filter + "max_entries: 2").second;
  EXPECT_EQ(first.entries_size(), 2);
  const auto rest =
      router_
          .Call(&Stub::ListSnapshots,
                filter + "starting_token: '" + first.next_token() + "'")
          .second;
  EXPECT_EQ(rest.entries_size(), 1);
  EXPECT_EQ(rest.next_token(), "");
}

std::string At(const std::string& node) {
  return "accessible_topology { segments { key: 'csi.holdfast.dev/node' "
         "value: '" +
         node + "' } }";
}

TEST_F(GatherTest, CapacityIsThatOfAllPools) {
  const auto [status, response] = router_.Call(&Stub::GetCapacity, "");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.available_capacity(), 112 * kMiB);
  EXPECT_EQ(response.maximum_volume_size().value(), 64 * kMiB);
  EXPECT_EQ(response.minimum_volume_size().value(),
            backend::FakeBackend::kLeastBytes);
}

TEST_F(GatherTest, CapacityOfAPlaceIsThatOfItsPool) {
  EXPECT_EQ(router_.Call(&Stub::GetCapacity, At("node-b"))
                .second.available_capacity(),
            32 * kMiB);
  EXPECT_EQ(router_.Call(&Stub::GetCapacity, At("node-x"))
                .second.available_capacity(),
            0);
}

TEST_F(GatherTest, CapacityThatCannotBeReachedDoesNotCount) {
  c_.Stop();
  EXPECT_EQ(router_.Call(&Stub::GetCapacity, "").second.available_capacity(),
            96 * kMiB);
  ExpectCode(router_.Call(&Stub::GetCapacity, At("node-c")).first,
             grpc::UNAVAILABLE, c_.endpoint().ToString());
}

TEST_F(GatherTest, AHangingAgentKeepsNoOtherFromCounting) {
  ASSERT_TRUE(router_.Call(&Stub::GetCapacity, "").first.ok());
  const Hang hang(a_);
  const auto [status, response] = router_.Call(&Stub::GetCapacity, "", kEnough);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.available_capacity(), 48 * kMiB);
  ExpectCode(router_.Call(&Stub::GetCapacity, At("node-a"), kEnough).first,
             grpc::UNAVAILABLE, a_.endpoint().ToString());
}

}  // namespace
}  // namespace holdfast::controller
