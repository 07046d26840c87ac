// CreateVolume.

#ifndef HOLDFAST_BACKEND_POOL_VOLUME_CREATOR_H_
#define HOLDFAST_BACKEND_POOL_VOLUME_CREATOR_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/pool/btrfs_offer.h"
#include "backend/pool/catalog.h"
#include "backend/pool/data_file.h"
#include "backend/pool/live_volumes.h"
#include "backend/pool/templates.h"
#include "backend/pool/trash.h"
#include "backend/types.h"
#include "base/operation.h"
#include "base/unique_fd.h"

namespace holdfast::pool {

// Makes volumes: blank, from a template, from a snapshot or from a volume.
// Thread-safe for different names.
class VolumeCreator {
 public:
  // All must outlive this object.
  struct Parts {
    os::Files& files;
    const Layout& layout;
    const PoolIds& ids;
    const Clock& clock;
    const Catalog& catalog;
    Trash& trash;  // asked for room
    Templates& templates;
    BtrfsOffer& btrfs;
    LiveVolumes& live;
    DataFileBuilder& builder;
  };

  explicit VolumeCreator(const Parts& parts) : parts_(parts) {}

  // See backend::Backend. A mount volume without a source has its fs_type.
  absl::StatusOr<backend::Volume> Create(const backend::VolumeSpec& spec,
                                         Operation& operation);

 private:
  // Where a restore's or clone's data comes from.
  struct Source {
    backend::Format format;
    int64_t size_bytes = 0;
    std::string path;
    std::optional<backend::Volume> live;  // to be flushed first
  };

  absl::StatusOr<std::optional<Source>> FindSource(
      const backend::ContentSource& source) const;
  absl::StatusOr<backend::Volume> Decide(
      const backend::VolumeSpec& spec,
      const std::optional<Source>& source) const;
  // Makes what was decided, under its name; may be repeated.
  absl::Status Build(backend::Volume& volume,
                     const std::optional<Source>& source,
                     Reservation::Hold& hold, Operation& operation);
  // The file to clone from; none for a blank volume.
  absl::StatusOr<UniqueFd> OpenContent(const backend::Volume& volume,
                                       const std::optional<Source>& source,
                                       Operation& operation);

  const Parts parts_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_VOLUME_CREATOR_H_
