// What opening a pool does to its directory before it serves.

#ifndef HOLDFAST_BACKEND_POOL_OPEN_POOL_H_
#define HOLDFAST_BACKEND_POOL_OPEN_POOL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/pool/catalog.h"
#include "backend/pool/layout.h"
#include "backend/pool/reservation.h"
#include "os/files.h"

namespace holdfast::pool {

// The facts of a file that is to be counted. One that is damaged or gone has
// no size, with an ERROR in the log: it must not stop the whole pool.
absl::StatusOr<os::FileInfo> StatToCount(os::Files& files,
                                         const std::string& path);

// Removes everything in incoming/: work that an earlier process did not end.
// What cannot be removed stays until the next start, with an ERROR in the log.
absl::Status ClearIncoming(os::Files& files, const Layout& layout);

// Counts the promises to volumes and snapshots. Reads each of them once; see
// StatToCount.
absl::Status CountPromises(os::Files& files, const Layout& layout,
                           const Catalog& catalog, Reservation& reservation);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_OPEN_POOL_H_
