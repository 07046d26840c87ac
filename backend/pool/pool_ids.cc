#include "backend/pool/pool_ids.h"

#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace holdfast::pool {

bool PoolIds::Is(const std::string& id, IdKind kind) const {
  const auto parsed = ParseId(id);
  return parsed && parsed->home == home_ && parsed->kind == kind;
}

absl::Status PoolIds::CheckVolume(const std::string& id) const {
  return IsVolume(id) ? absl::OkStatus() : NoVolume(id);
}

absl::Status PoolIds::CheckSnapshot(const std::string& id) const {
  return IsSnapshot(id) ? absl::OkStatus() : NoSnapshot(id);
}

absl::Status NoVolume(const std::string& id) {
  return absl::NotFoundError(
      absl::StrCat("there is no volume ", Quote(id), " in this pool"));
}

absl::Status NoSnapshot(const std::string& id) {
  return absl::NotFoundError(
      absl::StrCat("there is no snapshot ", Quote(id), " in this pool"));
}

}  // namespace holdfast::pool
