// What the file POOL says, and the formats of pools.

#ifndef HOLDFAST_BACKEND_POOL_POOL_HEADER_H_
#define HOLDFAST_BACKEND_POOL_POOL_HEADER_H_

#include <cstdint>
#include <string>
#include <vector>

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

// What a program can do with formats: this one's, unless a test says other.
struct Formats {
  uint32_t newest = kFormatVersion;
  // Those that it serves as they are, the newest among them.
  std::vector<uint32_t> served = {kFormatVersion};
};

// holdfast.v1.PoolHeader.
struct PoolHeader {
  uint32_t format_version = kFormatVersion;
  std::string uuid;
  absl::Time created_at;
  int64_t overhead_bytes = 0;
};

// The two interfaces a pool's directory is worked on with.
struct PoolFiles {
  os::Files& files;
  os::DataFiles& data_files;
};

// The header, without taking the pool over. NOT_FOUND if the directory is no
// pool; DATA_LOSS if the header is unreadable; FAILED_PRECONDITION for a
// format later than the newest.
absl::StatusOr<PoolHeader> ReadHeader(const PoolFiles& os, const Layout& layout,
                                      const Formats& formats = Formats());

// FAILED_PRECONDITION, with the command that raises it, unless `formats`
// serves the pool's.
absl::Status CheckServed(const Layout& layout, const PoolHeader& header,
                         const Formats& formats);

enum class Publish { kNew, kReplacing };

// Writes the header in incoming/ and publishes it in one step, durably.
// Answers it open and locked since before it had its name, so that a pool that
// is owned is owned without a gap.
absl::StatusOr<UniqueFd> WriteHeader(const PoolFiles& os, const Layout& layout,
                                     const PoolHeader& header, Publish how);

// Makes durable what was last done to the header's name.
absl::Status SyncHeaderName(const PoolFiles& os, const Layout& layout);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_POOL_HEADER_H_
