#include "backend/pool/real_room.h"

#include <glog/logging.h>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {

void RealRoom::FreeTakenAhead() const {
  const absl::Status freed = parts_.files.FreeTakenAhead(parts_.layout.root());
  if (freed.ok()) return;
  LOG(WARNING) << LogLine("taken_ahead_stays")
                      .Add("pool", parts_.layout.root())
                      .Add("error", freed.message());
}

absl::StatusOr<int64_t> RealRoom::FreeBytes() const {
  const auto usage = parts_.files.StatFileSystem(parts_.layout.root());
  if (!usage.ok()) return Meaning(usage.status(), "measure the pool");
  return usage->available_bytes;
}

absl::Status RealRoom::Check(int64_t bytes) const {
  if (bytes <= 0 || parts_.space.overcommit_ratio > 1) return absl::OkStatus();
  ASSIGN_OR_RETURN(int64_t free, FreeBytes());
  if (free - ReserveBytes(parts_.space) >= bytes) return absl::OkStatus();
  FreeTakenAhead();
  ASSIGN_OR_RETURN(free, FreeBytes());
  if (free >= bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "the pool has no room for ", bytes, " bytes: so many are not promised, ",
      "but of its file system only ", free,
      " are free. Something else writes to it, or volumes hold space that they "
      "took ahead of writes: try again when they are written to less"));
}

}  // namespace holdfast::pool
