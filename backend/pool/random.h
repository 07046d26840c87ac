// Randomness.

#ifndef HOLDFAST_BACKEND_POOL_RANDOM_H_
#define HOLDFAST_BACKEND_POOL_RANDOM_H_

#include <string>

#include "absl/status/statusor.h"

namespace holdfast::pool {

// `count` bytes that nobody can foresee or meet twice. UNAVAILABLE if the
// machine has none (RAND_bytes(3)). Thread-safe.
absl::StatusOr<std::string> RandomBytes(int count);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_RANDOM_H_
