#include "driver/process_metrics.h"

#include <string>

#include "identity/driver_info.h"

namespace holdfast::driver {

void AddProcessMetrics(Metrics& metrics) {
  constexpr MetricTable::Family kBuildInfo{"build_info", "Always 1."};
  metrics.AddSource([kBuildInfo](MetricTable& table) {
    table.Gauge(kBuildInfo,
                {{"version", std::string(identity::DriverVersion())}}, 1);
  });
}

}  // namespace holdfast::driver
