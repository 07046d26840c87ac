#include "node/helper.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "tests/fakes/no_threads.h"

namespace holdfast::node {
namespace {

constexpr absl::Duration kLong = absl::Minutes(1);

TEST(HelperTest, AnswersWhatTheCallAnswers) {
  Helper helper;
  EXPECT_TRUE(helper.Run("v", absl::Now() + kLong, absl::OkStatus).ok());
  EXPECT_EQ(helper
                .Run("v", absl::Now() + kLong,
                     [] { return absl::NotFoundError("gone"); })
                .code(),
            absl::StatusCode::kNotFound);
}

TEST(HelperTest, ACallThatHangsIsGivenUpAtTheDeadline) {
  absl::Notification release;
  Helper helper;
  const auto hang = [&] {
    release.WaitForNotification();
    return absl::OkStatus();
  };
  EXPECT_EQ(
      helper.Run("dead", absl::Now() + absl::Milliseconds(10), hang).code(),
      absl::StatusCode::kUnavailable);
  // One thread per key hangs, however often it is asked.
  std::atomic<int> runs = 0;
  const auto count = [&] {
    ++runs;
    return absl::OkStatus();
  };
  EXPECT_EQ(
      helper.Run("dead", absl::Now() + absl::Milliseconds(10), count).code(),
      absl::StatusCode::kUnavailable);
  EXPECT_EQ(runs, 0);
  EXPECT_TRUE(helper.Run("alive", absl::Now() + kLong, count).ok());
  release.Notify();
  EXPECT_TRUE(helper.Run("dead", absl::Now() + kLong, count).ok());
  EXPECT_EQ(runs, 2);
}

TEST(HelperTest, WithoutAThreadTheKeyStaysFree) {
  Helper helper;
  {
    const NoThreads limit;
    EXPECT_EQ(helper.Run("v", absl::Now() + kLong, absl::OkStatus).code(),
              absl::StatusCode::kUnavailable);
  }
  EXPECT_TRUE(helper.Run("v", absl::Now() + kLong, absl::OkStatus).ok());
}

TEST(HelperTest, OneCallAtATimePerKey) {
  Helper helper;
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      const auto status = helper.Run("v", absl::Now() + kLong, [&] {
        most = std::max(most.load(), ++now);
        std::this_thread::yield();
        --now;
        return absl::OkStatus();
      });
      EXPECT_TRUE(status.ok()) << status;
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(most, 1);
}

TEST(HelperTest, EndsWithoutWaitingForTheDead) {
  // Outlives the helper, as the thread does.
  static absl::Notification& never = *new absl::Notification;
  const absl::Time start = absl::Now();
  {
    Helper helper;
    EXPECT_FALSE(helper
                     .Run("dead", absl::Now(),
                          [] {
                            never.WaitForNotification();
                            return absl::OkStatus();
                          })
                     .ok());
  }
  EXPECT_LT(absl::Now() - start, absl::Seconds(30));
  never.Notify();
}

}  // namespace
}  // namespace holdfast::node
