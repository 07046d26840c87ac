// What people ask of the pools of one node, beyond CSI.

#ifndef HOLDFAST_CONTROLLER_ADMIN_H_
#define HOLDFAST_CONTROLLER_ADMIN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/types.h"
#include "controller/admin_answers.h"
#include "controller/pool_access.h"

namespace holdfast::controller {

// The operations of holdfast.v1.Admin (proto/holdfast/v1/admin.proto). Lists
// read without locks: what is listed was whole at the moment it was read.
// Thread-safe.
class Admin {
 public:
  explicit Admin(const PoolAccess& pool) : pool_(pool) {}

  // Each pool with its numbers, or with why there are none.
  std::vector<PoolReport> Pools() const;

  // With the devices that they are.
  absl::StatusOr<Placed<backend::Page<ListedVolume>>> Volumes(
      const backend::PageRequest& page) const;
  absl::StatusOr<Placed<backend::Page<backend::Snapshot>>> Snapshots(
      const backend::PageRequest& page) const;
  absl::StatusOr<Placed<backend::Page<backend::TrashedObject>>> Trash(
      const backend::PageRequest& page) const;

  // Both hold the key of the object's id, so that neither meets a create or
  // delete of it.
  absl::StatusOr<std::string> Undelete(const std::string& key,
                                       Operation& operation) const;
  absl::Status Purge(const std::string& key, Operation& operation) const;

  // OK if it is gone. FAILED_PRECONDITION if it was written to or grown since
  // it was made, or is attached.
  absl::Status DeletePristine(const std::string& id,
                              Operation& operation) const;

 private:
  Places Here() const;
  absl::Status CheckPristine(const std::string& id) const;

  const PoolAccess pool_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ADMIN_H_
