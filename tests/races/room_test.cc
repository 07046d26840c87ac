// Many callers and the room of one pool: promises, templates, the trash.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "tests/backend/pool/pool_fixture.h"
#include "tests/races/at_once.h"

namespace holdfast::races {
namespace {

using pool::kGiB;
using pool::kMiB;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RoomRaceTest : public ::testing::Test, protected pool::PoolFixture {
 protected:
  RoomRaceTest() {
    kernel.calls().OnCall(
        [](const fakes::Call&) { std::this_thread::yield(); });
  }

  backend::VolumeSpec Sized(int i, int64_t bytes) const {
    auto spec = BlockSpec("v" + std::to_string(i));
    spec.capacity.required_bytes = bytes;
    return spec;
  }
  int RoomFor(int64_t bytes) const {
    return static_cast<int>(pool->numbers().available_with_trash_bytes() /
                            bytes);
  }
  // How many of the callers were answered with OK; all others must have been
  // told that the pool is full.
  static int Succeed(int callers,
                     const std::function<absl::Status(int)>& call) {
    std::atomic<int> made = 0;
    AtOnce(callers, [&](int i) {
      const absl::Status status = call(i);
      if (status.ok()) {
        ++made;
      } else {
        EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
      }
    });
    return made;
  }
  absl::Status TryCreate(const backend::VolumeSpec& spec) {
    Operation own("CreateVolume");
    return pool->CreateVolume(spec, own).status();
  }
};

TEST_F(RoomRaceTest, AsManyAreMadeAsThereIsRoomFor) {
  const int room = RoomFor(kGiB);
  ASSERT_GT(room, 4);
  EXPECT_EQ(
      Succeed(3 * room, [this](int i) { return TryCreate(Sized(i, kGiB)); }),
      room);
  EXPECT_THAT(Objects(), SizeIs(room));
  EXPECT_EQ(Promised(), room * kGiB);
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(RoomRaceTest, TheTrashGivesWayToAsMany) {
  const int room = RoomFor(kGiB);
  const auto volume = Create(Sized(0, room * kGiB));
  ASSERT_TRUE(
      kernel.WriteRange(layout.Volume(volume.id), 0, (room - 2) * kGiB));
  ASSERT_TRUE(pool->DeleteVolume(volume.id, operation).ok());
  ASSERT_GT(pool->numbers().trash_bytes, 0);
  // While it is being unlinked, others must wait for what it gives.
  kernel.calls().OnCall([](const fakes::Call& call) {
    if (call.name == "Files.Unlink") absl::SleepFor(absl::Milliseconds(2));
  });
  EXPECT_EQ(
      Succeed(room, [this](int i) { return TryCreate(Sized(100 + i, kGiB)); }),
      room);
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(RoomRaceTest, AsManyGrowAsThereIsRoomFor) {
  const int volumes = RoomFor(kGiB) / 2 + 2;
  std::vector<std::string> ids;
  for (int i = 0; i < volumes; ++i) ids.push_back(Create(Sized(i, kGiB)).id);
  const int room = RoomFor(kGiB);
  ASSERT_LT(room, volumes);
  EXPECT_EQ(Succeed(volumes,
                    [&](int i) {
                      Operation own("ControllerExpandVolume");
                      return pool
                          ->ExpandVolume(ids[static_cast<size_t>(i)],
                                         {.required_bytes = 2 * kGiB}, own)
                          .status();
                    }),
            room);
  EXPECT_EQ(Promised(), (volumes + room) * kGiB);
  EXPECT_EQ(Promised(), CountedAnew());
}

TEST_F(RoomRaceTest, AHundredFirstUsersMakeOneTemplateOfEachSize) {
  AtOnce(100, [this](int i) {
    auto spec = Spec("v" + std::to_string(i));
    spec.capacity.required_bytes = (64 + i % 2) * kMiB;
    const absl::Status made = TryCreate(spec);
    EXPECT_TRUE(made.ok()) << made;
  });
  EXPECT_THAT(kernel.formatted_paths(), SizeIs(2));
  EXPECT_EQ(Promised(), CountedAnew());
}

// The reaper finds half of them expired; the other half is purged by callers.
TEST_F(RoomRaceTest, WhatIsDeletedIsHadBackOrGone) {
  constexpr int kVolumes = 40;
  std::vector<std::string> ids;
  for (int i = 0; i < kVolumes; ++i) {
    if (i == kVolumes / 2) ahead = options.trash_retention + absl::Hours(1);
    ids.push_back(Create(Sized(i, 8 * kMiB)).id);
    ASSERT_TRUE(kernel.WriteRange(layout.Volume(ids.back()), 0, kMiB));
    ASSERT_TRUE(pool->DeleteVolume(ids.back(), operation).ok());
  }
  const auto trash = pool->ListTrash({});
  ASSERT_TRUE(trash.ok());
  ASSERT_THAT(trash->entries, SizeIs(kVolumes));
  std::vector<std::atomic<int>> had_back(kVolumes);
  std::vector<std::atomic<int>> purged(kVolumes);
  AtOnce(2 * kVolumes + 1, [&](int i) {
    if (i == 2 * kVolumes) return pool->Start();
    const auto which = static_cast<size_t>(i / 2);
    Operation own("Race");
    const std::string& key = trash->entries[which].key;
    const absl::Status status =
        i % 2 == 0 ? pool->Undelete(key, own).status() : pool->Purge(key, own);
    EXPECT_TRUE(status.ok() || absl::IsNotFound(status)) << status;
    (i % 2 == 0 ? had_back : purged)[which] = status.ok() ? 1 : 0;
  });
  pool->trash().Drain();
  pool->Stop();
  for (size_t i = 0; i < kVolumes; ++i) {
    const bool is_there = pool->GetVolume(trash->entries[i].id).ok();
    EXPECT_EQ(is_there, had_back[i] == 1) << i;
    EXPECT_FALSE(had_back[i] == 1 && purged[i] == 1) << i;
  }
  EXPECT_THAT(pool->ListTrash({})->entries, IsEmpty());
  EXPECT_EQ(Promised(), CountedAnew());
}

}  // namespace
}  // namespace holdfast::races
