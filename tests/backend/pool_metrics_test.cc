#include "backend/pool_metrics.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/fakes/fake_backend.h"

namespace holdfast::backend {
namespace {

std::map<std::string, double> Gauges(Backend& backend) {
  MetricTable table;
  AddPoolMetrics(backend, table);
  std::map<std::string, double> values;
  for (const auto& family : table.families()) {
    EXPECT_EQ(family.metric.size(), 1u) << family.name;
    EXPECT_EQ(family.metric[0].label[0].value, "default");
    values[family.name] = family.metric[0].gauge.value;
  }
  return values;
}

TEST(PoolMetricsTest, TellWhatIsPromisedAndWhatIsLeft) {
  FakeBackend backend("uuid", 1000 << 20);
  Operation operation("test");
  const VolumeSpec spec{.name = "a", .capacity = {.required_bytes = 100 << 20}};
  const auto volume = backend.CreateVolume(spec, operation);
  ASSERT_TRUE(volume.ok());
  auto values = Gauges(backend);
  EXPECT_EQ(values["backend_up"], 1);
  EXPECT_EQ(values["backend_usable_bytes"], 1000 << 20);
  EXPECT_EQ(values["backend_promised_bytes"], 100 << 20);
  EXPECT_EQ(values["backend_available_bytes"], 900 << 20);
  EXPECT_EQ(values["backend_trash_bytes"], 0);
  ASSERT_TRUE(backend.DeleteVolume(volume->id, operation).ok());
  values = Gauges(backend);
  EXPECT_EQ(values["backend_trash_bytes"], 100 << 20);
  EXPECT_EQ(values["backend_available_bytes"], 1000 << 20);
}

TEST(PoolMetricsTest, APoolThatCannotBeMeasuredIsDownAndHasNoNumbers) {
  FakeBackend backend("uuid");
  backend.OnCall([](absl::string_view) {
    return absl::UnavailableError("the disk is gone");
  });
  const auto values = Gauges(backend);
  EXPECT_EQ(values, (std::map<std::string, double>{{"backend_up", 0}}));
}

PoolState Filled(int64_t promised, int64_t free) {
  return {.size_bytes = 1000,
          .free_bytes = free,
          .usable_bytes = 1000,
          .promised_bytes = promised};
}

TEST(PoolMetricsTest, PressureRisesWithPromisesAndWithWhatIsWritten) {
  EXPECT_EQ(PressureOf(Filled(850, 1000)), Pressure::kNone);
  EXPECT_EQ(PressureOf(Filled(851, 1000)), Pressure::kRising);
  EXPECT_EQ(PressureOf(Filled(951, 1000)), Pressure::kHigh);
  EXPECT_EQ(PressureOf(Filled(0, 149)), Pressure::kRising);
  EXPECT_EQ(PressureOf(Filled(0, 49)), Pressure::kHigh);
}

TEST(PoolMetricsTest, TrashIsNoPressure) {
  PoolState pool = Filled(960, 1000);
  pool.trash_bytes = 900;
  EXPECT_EQ(PressureOf(pool), Pressure::kNone);
}

}  // namespace
}  // namespace holdfast::backend
