// Metrics: the one registry of a process and the shapes used in it.

#ifndef HOLDFAST_BASE_METRICS_H_
#define HOLDFAST_BASE_METRICS_H_

#include <prometheus/registry.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/metric_table.h"

namespace holdfast {

// Latencies by label values, in seconds, from 50 µs to 100 s. Thread-safe.
class LatencyFamily {
 public:
  LatencyFamily(prometheus::Registry& registry, const std::string& name,
                const std::string& help);
  void Observe(const std::map<std::string, std::string>& labels,
               absl::Duration latency);

 private:
  prometheus::Family<prometheus::Histogram>& family_;
};

// The metrics of one process; made in main and handed down. Thread-safe.
class Metrics {
 public:
  Metrics();

  prometheus::Registry& registry() { return *registry_; }
  // Fills in a table at each scrape; must not block for long. Before the first
  // scrape only, and what `source` uses must outlive the last.
  void AddSource(std::function<void(MetricTable&)> source);
  // The text exposition of everything (Prometheus text format 0.0.4).
  std::string Expose() const;

  // csi_plugin_operations_seconds{method,code}
  LatencyFamily& operations() { return operations_; }
  // os_call_seconds{call,error}: "ok" or the errno's name.
  LatencyFamily& os_calls() { return os_calls_; }
  // command_seconds{program,result}: "ok" or the exit code.
  LatencyFamily& commands() { return commands_; }
  // csi_plugin_operations_in_flight{method}
  prometheus::Family<prometheus::Gauge>& in_flight() { return in_flight_; }

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  LatencyFamily operations_;
  LatencyFamily os_calls_;
  LatencyFamily commands_;
  prometheus::Family<prometheus::Gauge>& in_flight_;
  std::vector<std::function<void(MetricTable&)>> sources_;
};

}  // namespace holdfast

#endif  // HOLDFAST_BASE_METRICS_H_
