// Writers that overwrite every byte of a file or block device.

#ifndef HOLDFAST_TESTS_ROOT_FULL_POOL_WRITING_H_
#define HOLDFAST_TESTS_ROOT_FULL_POOL_WRITING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace holdfast::root {

enum class Order { kSequential, kRandom };
enum class Cache { kDirect, kBuffered };

struct Writing {
  std::string path;   // made if missing
  int64_t bytes = 0;  // a multiple of the block
  Order order = Order::kRandom;
  Cache cache = Cache::kDirect;
  // Written in one call; in random order each block once.
  int64_t block_bytes = 4096;
  uint64_t seed = 0;
};

// Writes all of it and syncs (fsync), with two threads for each and all at the
// same time. The first error, with its errno.
absl::Status WriteAll(const std::vector<Writing>& writings);

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_FULL_POOL_WRITING_H_
