// The ids of one pool's objects.

#ifndef HOLDFAST_BACKEND_POOL_POOL_IDS_H_
#define HOLDFAST_BACKEND_POOL_POOL_IDS_H_

#include <string>

#include "absl/status/status.h"
#include "base/ids.h"

namespace holdfast::pool {

// Immutable, thread-safe.
class PoolIds {
 public:
  explicit PoolIds(const std::string& pool_uuid) : home_(HomeOf(pool_uuid)) {}

  std::string Volume(const std::string& name) const {
    return MakeId('p', home_, IdKind::kVolume, name);
  }
  std::string Snapshot(const std::string& name) const {
    return MakeId('p', home_, IdKind::kSnapshot, name);
  }
  bool IsVolume(const std::string& id) const { return Is(id, IdKind::kVolume); }
  bool IsSnapshot(const std::string& id) const {
    return Is(id, IdKind::kSnapshot);
  }

  // NOT_FOUND unless `id` could be one of this pool's. To be asked before an
  // id becomes part of a path.
  absl::Status CheckVolume(const std::string& id) const;
  absl::Status CheckSnapshot(const std::string& id) const;

 private:
  bool Is(const std::string& id, IdKind kind) const;

  std::string home_;
};

// How "there is no such object" is said.
absl::Status NoVolume(const std::string& id);
absl::Status NoSnapshot(const std::string& id);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_POOL_IDS_H_
