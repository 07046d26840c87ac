// Series that are made anew at each scrape.

#ifndef HOLDFAST_BASE_METRIC_TABLE_H_
#define HOLDFAST_BASE_METRIC_TABLE_H_

#include <prometheus/metric_family.h>

#include <map>
#include <string>
#include <vector>

namespace holdfast {

// What is true of things that come and go, such as volumes: written down as it
// is found at a scrape, so that a series ends with its thing and nobody has to
// take it away. Not thread-safe.
class MetricTable {
 public:
  using Labels = std::map<std::string, std::string>;

  // A series of the family `name`, which has one help text in the program.
  // Gauges can fall; counters only grow while their thing lives.
  struct Family {
    const char* name;  // "backend_promised_bytes"
    const char* help;
  };
  void Gauge(const Family& family, const Labels& labels, double value);
  void Counter(const Family& family, const Labels& labels, double value);

  const std::vector<prometheus::MetricFamily>& families() const {
    return families_;
  }

 private:
  prometheus::ClientMetric& Add(const Family& family,
                                prometheus::MetricType type,
                                const Labels& labels);

  std::vector<prometheus::MetricFamily> families_;  // few
};

}  // namespace holdfast

#endif  // HOLDFAST_BASE_METRIC_TABLE_H_
