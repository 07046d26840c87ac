// Puts data on block devices, past the page cache.

#ifndef HOLDFAST_TESTS_BENCH_FILLER_H_
#define HOLDFAST_TESTS_BENCH_FILLER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace holdfast::bench {

// Writes `bytes` from the start of a device or file, a MiB at a time. Makes the
// file.
absl::Status WriteThrough(const std::string& path, int64_t bytes);

struct FragmentSpec {
  std::string device;
  int64_t bytes = 0;
  std::string data_file;  // what backs the device
  int64_t extents = 0;
  uint64_t seed = 1;
};

// Writes blocks of 4 KiB at random places of the device until its data file
// has that many extents; DEADLINE_EXCEEDED if so many writes as it has blocks
// do not get there.
absl::Status Fragment(const FragmentSpec& spec);

// Extents of a file, synced before (FIEMAP_FLAG_SYNC). Written and unwritten
// neighbours are two.
absl::StatusOr<int64_t> CountExtents(const std::string& file);

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_FILLER_H_
