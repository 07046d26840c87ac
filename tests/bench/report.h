// What a benchmark found, for people and for programs.

#ifndef HOLDFAST_TESTS_BENCH_REPORT_H_
#define HOLDFAST_TESTS_BENCH_REPORT_H_

#include <string>
#include <vector>

#include "tests/bench/run.h"

namespace holdfast::bench {

struct Result {
  Shape shape;
  Measured driver;
  Measured floor;
};

struct Report {
  std::vector<Result> results;
  // Process creations by both daemons per volume, over a whole life of one
  // whose template exists.
  double forks_per_volume = 0;
  // With all volumes of the first run published.
  int64_t node_resident_bytes = 0;
  int64_t controller_resident_bytes = 0;
};

// A table for each result: times in milliseconds, ratios to the floor.
std::string Table(const Report& report);

// The same as JSON: times in microseconds.
std::string Json(const Report& report);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_REPORT_H_
