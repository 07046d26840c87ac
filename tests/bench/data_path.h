// The section "io": reading and writing through a volume, with fio.

#ifndef HOLDFAST_TESTS_BENCH_DATA_PATH_H_
#define HOLDFAST_TESTS_BENCH_DATA_PATH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace holdfast::bench {

struct IoPlan {
  absl::Duration time = absl::Seconds(2);  // of each job
  int rounds = 3;
  int jobs = 6;  // of each kind, from the first
};

// What fio measured of one job on one target in one round.
struct IoFigures {
  double per_second = 0;  // operations
  int64_t bytes_per_second = 0;
  absl::Duration p50;  // of an operation, completion
  absl::Duration p99;
};

// One job on all targets, which take turns in each round.
struct IoResult {
  std::string job;   // "randread 4k qd 1"
  std::string kind;  // "block" or "file system"
  // By round. The hand's is the same made with bare system calls: a loop
  // device on a file of the same XFS, published or mounted.
  std::vector<IoFigures> driver;
  std::vector<IoFigures> hand;
  std::vector<IoFigures> file;  // the XFS itself; only for "block"
};

// On a bed of its own. UNAVAILABLE if there is no fio.
absl::StatusOr<std::vector<IoResult>> MeasureIo(const IoPlan& plan);

std::string Table(const IoResult& result);
std::string Json(const IoResult& result);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_DATA_PATH_H_
