#include "controller/router/deadline.h"

#include <gtest/gtest.h>

namespace holdfast::controller {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'000'000);

absl::Duration Passed(absl::Duration left) {
  return EarlierThan(kNow + left, kNow) - kNow;
}

TEST(DeadlineTest, ATwentiethIsKept) {
  EXPECT_EQ(Passed(absl::Seconds(10)), absl::Milliseconds(9500));
}

TEST(DeadlineTest, TenMillisecondsAreKeptAtLeast) {
  EXPECT_EQ(Passed(absl::Milliseconds(50)), absl::Milliseconds(40));
  EXPECT_EQ(Passed(absl::Milliseconds(5)), absl::Milliseconds(-5));
}

TEST(DeadlineTest, WithoutADeadlineThereIsNone) {
  EXPECT_EQ(EarlierThan(absl::InfiniteFuture(), kNow), absl::InfiniteFuture());
}

absl::Duration Asked(absl::Duration left) {
  return ForQuestion(kNow + left, kNow) - kNow;
}

TEST(DeadlineTest, AQuestionLeavesHalfOfTheTime) {
  EXPECT_EQ(Asked(absl::Seconds(8)), absl::Seconds(4));
}

TEST(DeadlineTest, AQuestionHasAnEnd) {
  EXPECT_EQ(Asked(absl::Minutes(1)), absl::Seconds(5));
  EXPECT_EQ(Asked(absl::InfiniteDuration()), absl::Seconds(5));
}

}  // namespace
}  // namespace holdfast::controller
