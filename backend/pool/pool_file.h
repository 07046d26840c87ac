// The file POOL: what makes a directory a pool, and whose it is.

#ifndef HOLDFAST_BACKEND_POOL_POOL_FILE_H_
#define HOLDFAST_BACKEND_POOL_POOL_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "backend/pool/layout.h"
#include "backend/pool/pool_header.h"
#include "base/unique_fd.h"
#include "os/data_files.h"
#include "os/files.h"

namespace holdfast::pool {

// An open pool belongs to whoever has the descriptor, until it is closed.
struct OwnedHeader {
  PoolHeader header;
  UniqueFd lock;
};

// Makes the pool of `layout` in an existing empty directory of an XFS with
// reflink, durably, and answers its header. What a crash leaves of it, the
// next call completes. ALREADY_EXISTS if it is a pool; UNAVAILABLE while
// another process makes one of it; FAILED_PRECONDITION,
// with advice, for other file systems and for a directory with anything else
// in it.
absl::StatusOr<PoolHeader> InitPool(const PoolFiles& os, const Layout& layout);

// The header and the pool with it. UNAVAILABLE if another process owns it;
// FAILED_PRECONDITION for a format that `formats` does not serve. The format
// stays what it is: Upgrade (pool_upgrade.h) raises it.
absl::StatusOr<OwnedHeader> OwnPool(const PoolFiles& os, const Layout& layout,
                                    const Formats& formats = Formats());

// FAILED_PRECONDITION, with advice, unless the directory is on XFS with
// reflink; found out by cloning, in incoming/.
absl::Status CheckFileSystem(const PoolFiles& os, const Layout& layout);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_POOL_FILE_H_
