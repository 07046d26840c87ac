// Lists and capacity while others create and delete.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "tests/races/at_once.h"
#include "tests/races/direct_csi.h"

namespace holdfast::races {
namespace {

using ::testing::IsSupersetOf;
using ::testing::SizeIs;

constexpr int64_t kMiB = int64_t{1} << 20;
constexpr int64_t kBytes = 8 * kMiB;
constexpr int kLasting = 30;
constexpr int kListers = 4;
constexpr int kChurners = 6;
constexpr int kChurned = 150;  // created and deleted in one test, at least

class ListRaceTest : public ::testing::Test {
 protected:
  root::CreateArgs Args(const std::string& name) const {
    return {.name = name, .bytes = kBytes, .access = root::Access::kBlock};
  }
  void Churn(int churner) {
    const std::string name = "churn" + std::to_string(churner);
    int number = 0;
    while (!done_) {
      const std::string one = name + "-" + std::to_string(number++ % 5);
      const auto made = csi_.CreateVolume(Args(one));
      ASSERT_TRUE(made.ok()) << made.status();
      const auto cut = csi_.CreateSnapshot(one, made->id);
      ASSERT_TRUE(cut.ok()) << cut.status();
      EXPECT_EQ(csi_.DeleteSnapshot(cut->id), absl::OkStatus());
      EXPECT_EQ(csi_.DeleteVolume(made->id), absl::OkStatus());
      ++churned_;
    }
  }
  // Churns beside callers of `read`.
  void Beside(const std::function<void()>& read) {
    std::atomic<int> readers = kListers;
    AtOnce(kListers + kChurners, [&](int i) {
      if (i >= kListers) return Churn(i);
      // Who churns may have given up.
      while (churned_ < kChurned && !HasFailure()) read();
      if (--readers == 0) done_ = true;
    });
  }

  std::vector<std::string> Volumes() {
    std::vector<std::string> ids;
    csi::v1::ListVolumesRequest request;
    request.set_max_entries(7);
    do {
      csi::v1::ListVolumesResponse page;
      EXPECT_EQ(Daemon::Call(daemon_.controller(),
                             &controller::ControllerService::ListVolumes,
                             request, page),
                absl::OkStatus());
      for (const auto& entry : page.entries()) {
        ids.push_back(entry.volume().volume_id());
      }
      request.set_starting_token(page.next_token());
    } while (!request.starting_token().empty());
    return ids;
  }
  std::vector<std::string> Snapshots() {
    std::vector<std::string> ids;
    csi::v1::ListSnapshotsRequest request;
    request.set_max_entries(7);
    do {
      csi::v1::ListSnapshotsResponse page;
      EXPECT_EQ(Daemon::Call(daemon_.controller(),
                             &controller::ControllerService::ListSnapshots,
                             request, page),
                absl::OkStatus());
      for (const auto& entry : page.entries()) {
        ids.push_back(entry.snapshot().snapshot_id());
      }
      request.set_starting_token(page.next_token());
    } while (!request.starting_token().empty());
    return ids;
  }
  int64_t Available() {
    csi::v1::GetCapacityRequest request;
    csi::v1::GetCapacityResponse response;
    EXPECT_EQ(Daemon::Call(daemon_.controller(),
                           &controller::ControllerService::GetCapacity, request,
                           response),
              absl::OkStatus());
    return response.available_capacity();
  }

  Daemon daemon_;
  DirectCsi csi_{daemon_};
  std::atomic<int> churned_ = 0;
  std::atomic<bool> done_ = false;
};

// In order of id, none twice, and all that were there all the while.
void ExpectWhole(const std::vector<std::string>& listed,
                 const std::set<std::string>& lasting) {
  EXPECT_TRUE(std::is_sorted(listed.begin(), listed.end()));
  EXPECT_EQ(std::adjacent_find(listed.begin(), listed.end()), listed.end());
  EXPECT_THAT(listed, IsSupersetOf(lasting));
}

TEST_F(ListRaceTest, WhatLastsIsListedOnce) {
  std::set<std::string> volumes;
  std::set<std::string> snapshots;
  for (int i = 0; i < kLasting; ++i) {
    const std::string name = "lasting" + std::to_string(i);
    const auto volume = csi_.CreateVolume(Args(name));
    ASSERT_TRUE(volume.ok()) << volume.status();
    volumes.insert(volume->id);
    const auto snapshot = csi_.CreateSnapshot(name, volume->id);
    ASSERT_TRUE(snapshot.ok()) << snapshot.status();
    snapshots.insert(snapshot->id);
  }
  Beside([&] {
    ExpectWhole(Volumes(), volumes);
    ExpectWhole(Snapshots(), snapshots);
  });
  EXPECT_THAT(Volumes(), SizeIs(kLasting));
}

TEST_F(ListRaceTest, CapacityIsThatOfSomeMoment) {
  const int64_t empty = Available();
  Beside([&] {
    const int64_t now = Available();
    EXPECT_LE(now, empty);
    EXPECT_GE(now, empty - kChurners * kBytes);
    EXPECT_EQ((empty - now) % kBytes, 0) << now;
  });
  EXPECT_EQ(Available(), empty);
}

}  // namespace
}  // namespace holdfast::races
