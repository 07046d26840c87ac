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

}  // namespace
}  // namespace holdfast::bench
