#include "node/volume_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/node/world.h"

namespace holdfast::node {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;

constexpr char kStat[] = "7 0 16 5 9 0 24 8 1 20 13 3 0 40 0 2 1";

class VolumeMetricsTest : public NodeTest {
 protected:
  using Values = std::map<std::string, double>;

  VolumeMetrics Of(backend::Backend& backend) {
    return VolumeMetrics({.backend = backend,
                          .files = world_.kernel().files(),
                          .mounts = world_.kernel().mounts()});
  }

  Values Scrape() {
    MetricTable table;
    Of(world_.backend()).Add(table);
    Values values;
    for (const auto& family : table.families()) {
      for (const auto& metric : family.metric) {
        labels_.clear();
        for (const auto& label : metric.label) {
          labels_[label.name] = label.value;
        }
        values[family.name] = family.type == prometheus::MetricType::Counter
                                  ? metric.counter.value
                                  : metric.gauge.value;
      }
    }
    return values;
  }

  // The kernel's counters of a device.
  void WriteStat(const std::string& device) {
    os::Files& files = world_.kernel().files();
    std::string path = "/sys";
    for (const std::string& part :
         {std::string("/block"), device.substr(device.rfind('/'))}) {
      files.MakeDirectory(path).IgnoreError();
      path += part;
    }
    files.MakeDirectory(path).IgnoreError();
    const auto file = files.Create(path + "/stat");
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE(files.WriteAll(file->get(), kStat).ok());
  }

  std::map<std::string, std::string> labels_;  // of the last series
};

TEST_F(VolumeMetricsTest, AMountedVolumeTellsItsUseAndItsInputAndOutput) {
  const std::string id = world_.Published(kMount);
  WriteStat(world_.Device(id));
  const Values values = Scrape();
  EXPECT_EQ(labels_.at("volume_id"), id);
  EXPECT_EQ(labels_.at("pool"), "default");
  EXPECT_EQ(labels_.at("mode"), "rw");
  EXPECT_EQ(labels_.count("namespace"), 1u);
  EXPECT_EQ(labels_.count("persistentvolumeclaim"), 1u);
  EXPECT_EQ(values.at("holdfast_volume_size_bytes"), 256 * kMiB);
  EXPECT_EQ(values.at("holdfast_volume_reads_total"), 7);
  EXPECT_EQ(values.at("holdfast_volume_written_bytes_total"), 24 * 512);
  const auto usage = world_.kernel().files().StatFileSystem(kTarget);
  EXPECT_EQ(values.at("holdfast_volume_available_bytes"),
            static_cast<double>(usage->available_bytes));
  EXPECT_EQ(values.at("holdfast_volume_inodes"),
            static_cast<double>(usage->total_inodes));
  EXPECT_EQ(values.at("holdfast_volume_hanging"), 0);
}

TEST_F(VolumeMetricsTest, ABlockVolumeHasNoFileSystem) {
  const std::string id = world_.Published(kBlock);
  WriteStat(world_.Device(id));
  const Values values = Scrape();
  EXPECT_THAT(values, Contains(Key("holdfast_volume_writes_total")));
  EXPECT_THAT(values, Not(Contains(Key("holdfast_volume_used_bytes"))));
}

TEST_F(VolumeMetricsTest, SeriesEndWithTheAttachment) {
  const std::string id = world_.Published(kMount);
  ASSERT_TRUE(world_.Unpublish(id).ok());
  ASSERT_TRUE(world_.Unstage(id).ok());
  EXPECT_THAT(Scrape(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::node
