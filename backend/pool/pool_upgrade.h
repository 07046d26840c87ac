// Raising the format of a pool.

#ifndef HOLDFAST_BACKEND_POOL_POOL_UPGRADE_H_
#define HOLDFAST_BACKEND_POOL_POOL_UPGRADE_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/pool/layout.h"
#include "backend/pool/pool_header.h"

namespace holdfast::pool {

// From format `from` to the next.
struct FormatStep {
  uint32_t from = 0;
  // Durable when it returns. May be run again on what an earlier run did,
  // wholly or in part; and until it is done, programs of format `from` may come
  // back and find the pool as they left it or as they can still read it.
  std::function<absl::Status(const PoolFiles&, const Layout&)> apply;
};

// All steps there are, in order: to kFormatVersion.
const std::vector<FormatStep>& FormatSteps();

struct Upgraded {
  uint32_t from = 0;
  uint32_t to = 0;  // the same if there was nothing to do
};

// Takes the pool over and raises its format step by step to the one after the
// last step; after each the header says so, durably. What is cut short, the
// next call continues. Safe to repeat.
//
// Errors: UNAVAILABLE while another process owns the pool; FAILED_PRECONDITION
// for a format that is newer, or that no step begins at; those of the steps;
// NOT_FOUND and DATA_LOSS as ReadHeader.
absl::StatusOr<Upgraded> Upgrade(
    const PoolFiles& os, const Layout& layout,
    const std::vector<FormatStep>& steps = FormatSteps());

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_POOL_UPGRADE_H_
