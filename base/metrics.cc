#include "base/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

namespace holdfast {
namespace {

const prometheus::Histogram::BucketBoundaries& Boundaries() {
  static const auto* const kSeconds =
      new prometheus::Histogram::BucketBoundaries{
          50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3,
          50e-3, 100e-3, 250e-3, 500e-3, 1,    2.5,    10,   30,    100};
  return *kSeconds;
}

}  // namespace

LatencyFamily::LatencyFamily(prometheus::Registry& registry,
                             const std::string& name, const std::string& help)
    : family_(prometheus::BuildHistogram().Name(name).Help(help).Register(
          registry)) {}

void LatencyFamily::Observe(const std::map<std::string, std::string>& labels,
                            absl::Duration latency) {
  family_.Add(labels, Boundaries()).Observe(absl::ToDoubleSeconds(latency));
}

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()),
      operations_(*registry_, "csi_plugin_operations_seconds",
                  "Time of CSI calls, by method and status code."),
      os_calls_(*registry_, "os_call_seconds",
                "Time of system calls, by call and error."),
      commands_(*registry_, "command_seconds",
                "Time of external programs, by program and result."),
      in_flight_(prometheus::BuildGauge()
                     .Name("csi_plugin_operations_in_flight")
                     .Help("CSI calls being worked on, by method.")
                     .Register(*registry_)) {}

void Metrics::AddSource(std::function<void(MetricTable&)> source) {
  sources_.push_back(std::move(source));
}

std::string Metrics::Expose() const {
  MetricTable table;
  for (const auto& source : sources_) source(table);
  std::vector<prometheus::MetricFamily> all = registry_->Collect();
  all.insert(all.end(), table.families().begin(), table.families().end());
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace holdfast
