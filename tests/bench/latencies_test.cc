#include "tests/bench/latencies.h"

#include <gtest/gtest.h>

namespace holdfast::bench {
namespace {

TEST(LatenciesTest, SummaryHasMedianTailAndWhetherItIsFlat) {
  Latencies latencies;
  for (int i = 1; i <= 101; ++i) {
    latencies.Add(Step::kStage, absl::Milliseconds(i));
  }
  const Summary summary = latencies.Summarize(Step::kStage);
  EXPECT_EQ(summary.calls, 101U);
  EXPECT_EQ(summary.p10, absl::Milliseconds(11));
  EXPECT_EQ(summary.p50, absl::Milliseconds(51));
  EXPECT_EQ(summary.p99, absl::Milliseconds(100));
  EXPECT_EQ(summary.max, absl::Milliseconds(101));
  EXPECT_EQ(summary.first_p50, absl::Milliseconds(6));
  EXPECT_EQ(summary.last_p50, absl::Milliseconds(96));
}

TEST(LatenciesTest, WithoutCallsEverythingIsZero) {
  const Summary summary = Latencies().Summarize(Step::kCreate);
  EXPECT_EQ(summary.calls, 0U);
  EXPECT_EQ(summary.max, absl::ZeroDuration());
}

TEST(LatenciesTest, EachTurnHasItsMedianAndThoseWithoutTheCallHaveNone) {
  Latencies latencies;
  for (const int ms : {1, 2, 9}) {
    latencies.Add(Step::kStage, absl::Milliseconds(ms));
  }
  latencies.EndTurn();
  latencies.Add(Step::kDelete, absl::Milliseconds(5));
  latencies.EndTurn();
  latencies.Add(Step::kStage, absl::Milliseconds(7));
  latencies.EndTurn();
  EXPECT_EQ(latencies.TurnMedians(Step::kStage),
            (Durations{absl::Milliseconds(2), absl::Milliseconds(7)}));
  EXPECT_EQ(latencies.TurnMedians(Step::kDelete),
            (Durations{absl::Milliseconds(5)}));
}

TEST(RatioTest, IsOfTurnsBesideEachOtherSoThatOneDisturbanceIsOneRatio) {
  const Durations ours = {absl::Milliseconds(3), absl::Milliseconds(90),
                          absl::Milliseconds(6), absl::Milliseconds(3),
                          absl::Milliseconds(4)};
  const Durations theirs = {absl::Milliseconds(2), absl::Milliseconds(2),
                            absl::Milliseconds(4), absl::Milliseconds(2),
                            absl::Milliseconds(4)};
  const Ratio ratio = RatioOf(ours, theirs);
  EXPECT_DOUBLE_EQ(ratio.median, 1.5);
  EXPECT_DOUBLE_EQ(ratio.low, 1.5);
  EXPECT_DOUBLE_EQ(ratio.high, 1.5);
}

}  // namespace
}  // namespace holdfast::bench
