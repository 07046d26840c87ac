#include "base/metric_table.h"

#include <algorithm>

namespace holdfast {

prometheus::ClientMetric& MetricTable::Add(const Family& family,
                                           prometheus::MetricType type,
                                           const Labels& labels) {
  auto found =
      std::find_if(families_.begin(), families_.end(),
                   [&](const auto& each) { return each.name == family.name; });
  if (found == families_.end()) {
    families_.push_back(
        {.name = family.name, .help = family.help, .type = type});
    found = families_.end() - 1;
  }
  prometheus::ClientMetric& metric = found->metric.emplace_back();
  for (const auto& [name, value] : labels) {
    metric.label.push_back({.name = name, .value = value});
  }
  return metric;
}

void MetricTable::Gauge(const Family& family, const Labels& labels,
                        double value) {
  Add(family, prometheus::MetricType::Gauge, labels).gauge.value = value;
}

void MetricTable::Counter(const Family& family, const Labels& labels,
                          double value) {
  Add(family, prometheus::MetricType::Counter, labels).counter.value = value;
}

}  // namespace holdfast
