#include "backend/pool/sizes.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

using backend::CapacityRange;

absl::StatusOr<int64_t> RoundUp(int64_t bytes, int64_t block_bytes) {
  if (bytes > std::numeric_limits<int64_t>::max() - (block_bytes - 1)) {
    return absl::OutOfRangeError(
        absl::StrCat("no volume has ", bytes, " bytes. Ask for less"));
  }
  return (bytes + (block_bytes - 1)) / block_bytes * block_bytes;
}

int64_t RoundDown(int64_t bytes, int64_t block_bytes) {
  return bytes / block_bytes * block_bytes;
}

// The default size, or what the limit leaves of it.
int64_t DefaultSize(const CapacityRange& request, int64_t block_bytes) {
  if (request.limit_bytes == 0) return kDefaultVolumeBytes;
  return std::min(kDefaultVolumeBytes,
                  RoundDown(request.limit_bytes, block_bytes));
}

absl::StatusOr<int64_t> WithinLimit(int64_t bytes,
                                    const CapacityRange& request) {
  if (request.limit_bytes == 0 || bytes <= request.limit_bytes) return bytes;
  return absl::OutOfRangeError(
      absl::StrCat("the volume needs ", bytes, " bytes and the limit is ",
                   request.limit_bytes, ". Raise the limit"));
}

}  // namespace

int64_t PromiseFor(int64_t size_bytes) {
  const int64_t rest = size_bytes % kExtentBytes;
  if (rest == 0) return size_bytes;
  const int64_t whole = size_bytes - rest;
  // Where that is beyond counting, so is any pool.
  return whole > std::numeric_limits<int64_t>::max() - 2 * kExtentBytes
             ? size_bytes
             : whole + 2 * kExtentBytes;
}

absl::StatusOr<int64_t> ChooseSize(const CapacityRange& request,
                                   const SizeRules& rules) {
  int64_t wanted = request.required_bytes;
  if (rules.source_bytes > 0) {
    if (wanted > 0 && wanted < rules.source_bytes) {
      return absl::OutOfRangeError(absl::StrCat(
          "the source has ", rules.source_bytes, " bytes and ", wanted,
          " are asked for. Ask for as many as the source has"));
    }
    wanted = std::max(wanted, rules.source_bytes);
  } else if (wanted == 0) {
    wanted = DefaultSize(request, rules.block_bytes);
  }
  wanted = std::max({wanted, rules.minimum_bytes, int64_t{1}});
  ASSIGN_OR_RETURN(const int64_t size, RoundUp(wanted, rules.block_bytes));
  return WithinLimit(size, request);
}

absl::StatusOr<int64_t> ChooseLargerSize(const CapacityRange& request,
                                         int64_t size_bytes,
                                         int64_t block_bytes) {
  ASSIGN_OR_RETURN(const int64_t wanted,
                   RoundUp(request.required_bytes, block_bytes));
  return WithinLimit(std::max(wanted, size_bytes), request);
}

}  // namespace holdfast::pool
