#include "base/metric_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

constexpr MetricTable::Family kSize{"size_bytes", "Size."};
constexpr MetricTable::Family kReads{"reads_total", "Reads."};

TEST(MetricTableTest, SeriesOfOneFamilyStandTogetherUnderItsHelp) {
  MetricTable table;
  table.Gauge(kSize, {{"id", "a"}}, 1);
  table.Counter(kReads, {}, 7);
  table.Gauge(kSize, {{"id", "b"}, {"pool", "fast"}}, 2);
  ASSERT_EQ(table.families().size(), 2u);
  const auto& sizes = table.families()[0];
  EXPECT_EQ(sizes.name, "size_bytes");
  EXPECT_EQ(sizes.help, "Size.");
  EXPECT_EQ(sizes.type, prometheus::MetricType::Gauge);
  ASSERT_EQ(sizes.metric.size(), 2u);
  EXPECT_EQ(sizes.metric[1].gauge.value, 2);
  ASSERT_EQ(sizes.metric[1].label.size(), 2u);
  EXPECT_EQ(sizes.metric[1].label[1].name, "pool");
  EXPECT_EQ(sizes.metric[1].label[1].value, "fast");
  EXPECT_EQ(table.families()[1].type, prometheus::MetricType::Counter);
  EXPECT_EQ(table.families()[1].metric[0].counter.value, 7);
}

}  // namespace
}  // namespace holdfast
