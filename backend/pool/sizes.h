// How large a volume becomes: arithmetic only.

#ifndef HOLDFAST_BACKEND_POOL_SIZES_H_
#define HOLDFAST_BACKEND_POOL_SIZES_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "backend/types.h"

namespace holdfast::pool {

// The size of a volume for which no size is asked for.
inline constexpr int64_t kDefaultVolumeBytes = int64_t{1} << 30;

// A volume's file takes space in units of this many bytes (its extent-size
// hints), the last one beyond its end as a whole.
inline constexpr int64_t kExtentBytes = int64_t{1} << 20;

// What a volume of this size may come to take up, and is promised: its size in
// whole extents. One that ends within an extent takes another one for that end
// while a snapshot or clone shares it: a copy on write is given a whole one,
// whose rest the kernel (6.18) keeps for a file that is open for writing.
int64_t PromiseFor(int64_t size_bytes);

// What decides besides the request.
struct SizeRules {
  int64_t block_bytes = 4096;  // sizes are multiples of it
  int64_t minimum_bytes = 0;   // of the type
  int64_t source_bytes = 0;    // zero: no source
};

// The smallest size that satisfies request and rules; without a size asked
// for, the source's or the default one. OUT_OF_RANGE, with the numbers, if
// there is none: a limit below what is needed, a size below the source's, or
// one beyond counting.
absl::StatusOr<int64_t> ChooseSize(const backend::CapacityRange& request,
                                   const SizeRules& rules);

// The size that an existing volume grows to; its own if that is enough.
// OUT_OF_RANGE likewise.
absl::StatusOr<int64_t> ChooseLargerSize(const backend::CapacityRange& request,
                                         int64_t size_bytes,
                                         int64_t block_bytes);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_SIZES_H_
