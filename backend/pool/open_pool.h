// What opening a pool does to its directory before it serves.

#ifndef HOLDFAST_BACKEND_POOL_OPEN_POOL_H_
#define HOLDFAST_BACKEND_POOL_OPEN_POOL_H_

#include "absl/status/status.h"
#include "backend/pool/catalog.h"
#include "backend/pool/layout.h"
#include "backend/pool/reservation.h"
#include "os/files.h"

namespace holdfast::pool {

// Removes everything in incoming/: work that an earlier process did not end.
absl::Status ClearIncoming(os::Files& files, const Layout& layout);

// Counts the promises to volumes and snapshots. Reads each of them once.
absl::Status CountPromises(os::Files& files, const Layout& layout,
                           const Catalog& catalog, Reservation& reservation);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_OPEN_POOL_H_
