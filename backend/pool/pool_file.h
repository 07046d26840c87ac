// The file POOL: what makes a directory a pool, and whose it is.

#ifndef HOLDFAST_BACKEND_POOL_POOL_FILE_H_
#define HOLDFAST_BACKEND_POOL_POOL_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "backend/pool/layout.h"
#include "base/unique_fd.h"
#include "os/data_files.h"
#include "os/files.h"

namespace holdfast::pool {

// The format that this program writes. An older program refuses a newer one;
// it is raised only by an explicit upgrade, never by opening the pool.
inline constexpr uint32_t kFormatVersion = 1;

// holdfast.v1.PoolHeader.
struct PoolHeader {
  uint32_t format_version = kFormatVersion;
  std::string uuid;
  absl::Time created_at;
  int64_t overhead_bytes = 0;
};

// An open pool belongs to whoever has the descriptor, until it is closed.
struct OwnedHeader {
  PoolHeader header;
  UniqueFd lock;
};

// The two interfaces a pool's directory is worked on with.
struct PoolFiles {
  os::Files& files;
  os::DataFiles& data_files;
};

// Makes the pool of `layout` in an existing empty directory of an XFS with
// reflink, durably, and answers its header. What a crash leaves of it, the
// next call completes. ALREADY_EXISTS if it is a pool; UNAVAILABLE while
// another process makes one of it; FAILED_PRECONDITION,
// with advice, for other file systems and for a directory with anything else
// in it.
absl::StatusOr<PoolHeader> InitPool(const PoolFiles& os, const Layout& layout);

// The header, without taking the pool over. NOT_FOUND if the directory is no
// pool; DATA_LOSS if the header is unreadable; FAILED_PRECONDITION for a
// format of a later version.
absl::StatusOr<PoolHeader> ReadHeader(const PoolFiles& os,
                                      const Layout& layout);

// The header and the pool with it. UNAVAILABLE if another process owns it.
absl::StatusOr<OwnedHeader> OwnPool(const PoolFiles& os, const Layout& layout);

// FAILED_PRECONDITION, with advice, unless the directory is on XFS with
// reflink; found out by cloning, in incoming/.
absl::Status CheckFileSystem(const PoolFiles& os, const Layout& layout);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_POOL_FILE_H_
