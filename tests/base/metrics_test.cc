#include "base/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/gauge.h>

namespace holdfast {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(MetricsTest, FamiliesHaveTheirDocumentedNamesAndLabels) {
  Metrics metrics;
  metrics.operations().Observe({{"method", "Probe"}, {"code", "OK"}},
                               absl::Milliseconds(1));
  metrics.os_calls().Observe({{"call", "umount2"}, {"error", "EBUSY"}},
                             absl::Milliseconds(1));
  metrics.commands().Observe({{"program", "mkfs.ext4"}, {"result", "ok"}},
                             absl::Milliseconds(1));
  metrics.in_flight().Add({{"method", "Probe"}}).Set(2);
  EXPECT_THAT(
      metrics.Expose(),
      AllOf(HasSubstr("csi_plugin_operations_seconds_count"
                      "{code=\"OK\",method=\"Probe\"} 1\n"),
            HasSubstr("os_call_seconds_count"
                      "{call=\"umount2\",error=\"EBUSY\"} 1\n"),
            HasSubstr("command_seconds_count"
                      "{program=\"mkfs.ext4\",result=\"ok\"} 1\n"),
            HasSubstr("csi_plugin_operations_in_flight{method=\"Probe\"} 2")));
}

TEST(MetricsTest, LatenciesAreInSecondsAndAddUp) {
  Metrics metrics;
  const std::map<std::string, std::string> labels = {{"call", "statx"}};
  metrics.os_calls().Observe(labels, absl::Milliseconds(500));
  metrics.os_calls().Observe(labels, absl::Milliseconds(250));
  EXPECT_THAT(metrics.Expose(),
              AllOf(HasSubstr("os_call_seconds_sum{call=\"statx\"} 0.75\n"),
                    HasSubstr("os_call_seconds_count{call=\"statx\"} 2\n")));
}

TEST(MetricsTest, BucketsReachFrom50MicrosecondsTo100Seconds) {
  Metrics metrics;
  const std::map<std::string, std::string> labels = {{"call", "statx"}};
  metrics.os_calls().Observe(labels, absl::Microseconds(40));
  metrics.os_calls().Observe(labels, absl::Microseconds(60));
  metrics.os_calls().Observe(labels, absl::Seconds(99));
  metrics.os_calls().Observe(labels, absl::Seconds(101));
  EXPECT_THAT(
      metrics.Expose(),
      AllOf(HasSubstr("os_call_seconds_bucket{call=\"statx\",le=\"5e-05\"} 1"),
            HasSubstr("os_call_seconds_bucket{call=\"statx\",le=\"0.0001\"} 2"),
            HasSubstr("os_call_seconds_bucket{call=\"statx\",le=\"30\"} 2"),
            HasSubstr("os_call_seconds_bucket{call=\"statx\",le=\"100\"} 3"),
            HasSubstr("os_call_seconds_bucket{call=\"statx\",le=\"+Inf\"} 4")));
}

TEST(MetricsTest, ASourceIsAskedAtEachScrapeAndItsSeriesEndWithIt) {
  constexpr MetricTable::Family kPromised{"backend_promised_bytes",
                                          "Promised."};
  Metrics metrics;
  int scrapes = 0;
  metrics.AddSource([&](MetricTable& table) {
    ++scrapes;
    if (scrapes < 3) table.Gauge(kPromised, {{"pool", "a"}}, scrapes);
  });
  EXPECT_THAT(metrics.Expose(),
              HasSubstr("backend_promised_bytes{pool=\"a\"} 1\n"));
  EXPECT_THAT(metrics.Expose(),
              HasSubstr("backend_promised_bytes{pool=\"a\"} 2\n"));
  EXPECT_THAT(metrics.Expose(), Not(HasSubstr("backend_promised_bytes")));
}

TEST(MetricsTest, TwoProcessesWorthOfMetricsDoNotMix) {
  Metrics first;
  Metrics second;
  first.os_calls().Observe({{"call", "statx"}}, absl::Milliseconds(1));
  EXPECT_THAT(second.Expose(), Not(HasSubstr("statx")));
}

}  // namespace
}  // namespace holdfast
