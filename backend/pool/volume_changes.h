// DeleteVolume, ExpandVolume and SetPublications.

#ifndef HOLDFAST_BACKEND_POOL_VOLUME_CHANGES_H_
#define HOLDFAST_BACKEND_POOL_VOLUME_CHANGES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/pool/catalog.h"
#include "backend/pool/live_volumes.h"
#include "backend/pool/trash.h"
#include "backend/types.h"
#include "base/operation.h"

namespace holdfast::pool {

// What happens to a volume that exists; see backend::Backend. Thread-safe for
// different ids.
class VolumeChanges {
 public:
  // All must outlive this object.
  struct Parts {
    os::Files& files;
    os::DataFiles& data_files;
    const Layout& layout;
    const PoolIds& ids;
    const Catalog& catalog;
    Trash& trash;
    Attachments& attachments;
    LiveVolumes& live;
  };

  explicit VolumeChanges(const Parts& parts) : parts_(parts) {}

  // Works on a volume with an unreadable record too: what is damaged must not
  // stay for ever.
  absl::Status Delete(const std::string& id, Operation& operation);
  absl::StatusOr<int64_t> Expand(const std::string& id,
                                 const backend::CapacityRange& capacity,
                                 Operation& operation);
  absl::Status SetPublications(
      const std::string& id,
      const std::vector<backend::Publication>& publications);

 private:
  // Gives the data file the volume's size, durably, and uses up the hold.
  absl::Status Grow(const backend::Volume& volume, Reservation::Hold& hold);
  absl::Status AllocateAll(int fd, const backend::Volume& volume,
                           Reservation::Hold& hold);

  const Parts parts_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_VOLUME_CHANGES_H_
