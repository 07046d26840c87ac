// ListTrash, Undelete and Purge.

#ifndef HOLDFAST_BACKEND_POOL_TRASHED_OBJECTS_H_
#define HOLDFAST_BACKEND_POOL_TRASHED_OBJECTS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/pool/catalog.h"
#include "backend/pool/trash.h"
#include "backend/types.h"
#include "base/operation.h"

namespace holdfast::pool {

// What people see of the trash; see backend::Backend. Thread-safe for
// different ids.
class TrashedObjects {
 public:
  // All must outlive this object.
  struct Parts {
    os::Files& files;
    const Layout& layout;
    const PoolIds& ids;
    const Catalog& catalog;
    Trash& trash;
  };

  explicit TrashedObjects(const Parts& parts) : parts_(parts) {}

  // An object with an unreadable record has no names.
  absl::StatusOr<backend::Page<backend::TrashedObject>> List(
      const backend::PageRequest& page) const;

  // OK also if the object was had back already: it is there, and was made
  // before the time of deletion that the key says.
  absl::StatusOr<std::string> Undelete(const std::string& key,
                                       Operation& operation);
  absl::Status Purge(const std::string& key, Operation& operation);

 private:
  // What a name in the trash says, if it is one of this pool's objects.
  struct Key {
    std::string id;
    absl::Time deleted_at;
    bool is_volume = false;
  };
  std::optional<Key> Parse(const std::string& key) const;
  // NOT_FOUND if it is gone.
  absl::StatusOr<backend::TrashedObject> Describe(const TrashItem& item,
                                                  const Key& key) const;
  Trash::Move Home(const std::string& name, const Key& key) const;
  bool IsBack(const Key& key) const;

  const Parts parts_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_TRASHED_OBJECTS_H_
