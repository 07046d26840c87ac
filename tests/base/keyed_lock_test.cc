#include "base/keyed_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"

namespace holdfast {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class KeyedLockTest : public ::testing::Test {
 protected:
  // The code of a try to lock `keys`, given back at once.
  absl::StatusCode Try(KeyedLock::Keys keys) {
    return lock_.TryLock(std::move(keys), other_).status().code();
  }

  KeyedLock lock_;
  Operation operation_{"NodeStageVolume"};
  Operation other_{"DeleteVolume"};
};

TEST_F(KeyedLockTest, SecondExclusiveHolderIsRefused) {
  const auto held = lock_.TryLock("v1", operation_);
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(Try({.exclusive = {"v1"}}), absl::StatusCode::kAborted);
}

TEST_F(KeyedLockTest, OtherKeysAreFree) {
  const auto held = lock_.TryLock("v1", operation_);
  EXPECT_EQ(Try({.exclusive = {"v2"}}), absl::StatusCode::kOk);
}

TEST_F(KeyedLockTest, KeyIsFreeAgainWhenGivenBack) {
  { const auto held = lock_.TryLock("v1", operation_); }
  EXPECT_EQ(Try({.exclusive = {"v1"}}), absl::StatusCode::kOk);
}

TEST_F(KeyedLockTest, RefusalNamesOperationStepAndKey) {
  const auto held = lock_.TryLock("v1", operation_);
  operation_.Step("mount");
  const auto refused = lock_.TryLock("v1", other_);
  EXPECT_THAT(std::string(refused.status().message()),
              AllOf(HasSubstr("NodeStageVolume"), HasSubstr("v1"),
                    HasSubstr("step mount"), HasSubstr("repeat")));
}

TEST_F(KeyedLockTest, SharedHoldersDoNotExcludeEachOther) {
  const auto held =
      lock_.TryLock(KeyedLock::Keys{.shared = {"source"}}, operation_);
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(Try({.shared = {"source"}}), absl::StatusCode::kOk);
}

TEST_F(KeyedLockTest, SharedHolderExcludesExclusive) {
  const auto held =
      lock_.TryLock(KeyedLock::Keys{.shared = {"source"}}, operation_);
  EXPECT_EQ(Try({.exclusive = {"source"}}), absl::StatusCode::kAborted);
}

TEST_F(KeyedLockTest, ExclusiveHolderExcludesShared) {
  const auto held = lock_.TryLock("source", operation_);
  EXPECT_EQ(Try({.shared = {"source"}}), absl::StatusCode::kAborted);
}

TEST_F(KeyedLockTest, ExclusiveWaitsForTheLastOfSeveralSharedHolders) {
  auto first = std::optional(
      lock_.TryLock(KeyedLock::Keys{.shared = {"s"}}, operation_));
  auto second = std::optional(
      lock_.TryLock(KeyedLock::Keys{.shared = {"s"}}, operation_));
  first.reset();
  EXPECT_EQ(Try({.exclusive = {"s"}}), absl::StatusCode::kAborted);
  second.reset();
  EXPECT_EQ(Try({.exclusive = {"s"}}), absl::StatusCode::kOk);
}

TEST_F(KeyedLockTest, SeveralKeysAreTakenAllOrNone) {
  const auto held = lock_.TryLock("b", operation_);
  EXPECT_EQ(Try({.exclusive = {"a", "b"}}), absl::StatusCode::kAborted);
  EXPECT_EQ(Try({.exclusive = {"a"}, .shared = {"b"}}),
            absl::StatusCode::kAborted);
  EXPECT_EQ(Try({.exclusive = {"a"}}), absl::StatusCode::kOk);
}

TEST_F(KeyedLockTest, AllKeysAreHeldAndAllGivenBack) {
  {
    const auto held =
        lock_.TryLock({.exclusive = {"a", "b"}, .shared = {"c"}}, operation_);
    ASSERT_TRUE(held.ok());
    EXPECT_EQ(Try({.exclusive = {"a"}}), absl::StatusCode::kAborted);
    EXPECT_EQ(Try({.exclusive = {"b"}}), absl::StatusCode::kAborted);
    EXPECT_EQ(Try({.exclusive = {"c"}}), absl::StatusCode::kAborted);
  }
  EXPECT_EQ(Try({.exclusive = {"a", "b", "c"}}), absl::StatusCode::kOk);
}

TEST_F(KeyedLockTest, KeyGivenTwiceCountsOnceExclusiveFirst) {
  {
    const auto held = lock_.TryLock(
        {.exclusive = {"a", "a"}, .shared = {"a", "b", "b"}}, operation_);
    ASSERT_TRUE(held.ok()) << held.status();
    EXPECT_EQ(Try({.shared = {"a"}}), absl::StatusCode::kAborted);
    EXPECT_EQ(Try({.shared = {"b"}}), absl::StatusCode::kOk);
  }
  EXPECT_EQ(Try({.exclusive = {"a", "b"}}), absl::StatusCode::kOk);
}

TEST_F(KeyedLockTest, MovedFromHolderGivesNothingBack) {
  auto first = lock_.TryLock("v1", operation_);
  std::optional<KeyedLock::Held> second(*std::move(first));
  first = absl::CancelledError("gone");  // destroys what was moved from
  EXPECT_EQ(Try({.exclusive = {"v1"}}), absl::StatusCode::kAborted);
  second.reset();
  EXPECT_EQ(Try({.exclusive = {"v1"}}), absl::StatusCode::kOk);
}

TEST_F(KeyedLockTest, OldestAgeIsThatOfTheOldestHolder) {
  EXPECT_EQ(lock_.OldestAge(), absl::ZeroDuration());
  const auto old = lock_.TryLock("v1", operation_);
  const Operation young_operation("ExpandVolume");
  const auto young = lock_.TryLock("v2", young_operation);
  const absl::Duration least = absl::Now() - operation_.started();
  EXPECT_GE(lock_.OldestAge(), least);
}

TEST_F(KeyedLockTest, ThreadsNeverHoldOneKeyTogether) {
  std::atomic<int> holders = 0;
  std::atomic<int> worst = 0;
  std::atomic<int> successes = 0;
  const auto work = [&] {
    const Operation operation("stress");
    for (int i = 0; i < 2000; ++i) {
      const auto held = lock_.TryLock("v1", operation);
      if (!held.ok()) continue;
      if (++holders > 1) worst = 2;
      ++successes;
      --holders;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  }
  EXPECT_EQ(worst, 0);
  EXPECT_GE(successes, 1);
  EXPECT_EQ(Try({.exclusive = {"v1"}}), absl::StatusCode::kOk);
}

}  // namespace
}  // namespace holdfast
