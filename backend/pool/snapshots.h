// CreateSnapshot and DeleteSnapshot.

#ifndef HOLDFAST_BACKEND_POOL_SNAPSHOTS_H_
#define HOLDFAST_BACKEND_POOL_SNAPSHOTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/pool/catalog.h"
#include "backend/pool/data_file.h"
#include "backend/pool/live_volumes.h"
#include "backend/pool/trash.h"
#include "backend/types.h"
#include "base/operation.h"
#include "base/unique_fd.h"

namespace holdfast::pool {

// See backend::Backend. Thread-safe for different names and ids.
class Snapshots {
 public:
  // All must outlive this object.
  struct Parts {
    os::Files& files;
    const Layout& layout;
    const PoolIds& ids;
    const Clock& clock;
    const Catalog& catalog;
    Trash& trash;
    LiveVolumes& live;
    DataFileBuilder& builder;
  };

  explicit Snapshots(const Parts& parts) : parts_(parts) {}

  // Promised to a snapshot are the bytes that it holds when it is cut: they
  // may all come to be its own, as its source is overwritten.
  absl::StatusOr<backend::Snapshot> Create(const backend::SnapshotSpec& spec,
                                           Operation& operation);
  // Works with an unreadable record too.
  absl::Status Delete(const std::string& id, Operation& operation);

 private:
  absl::StatusOr<backend::Snapshot> Cut(const backend::SnapshotSpec& spec,
                                        const backend::Volume& source,
                                        Operation& operation);
  // The data of the source as of now, under the snapshot's name.
  absl::Status Clone(const backend::Snapshot& snapshot, const UniqueFd& source,
                     Operation& operation);

  const Parts parts_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_SNAPSHOTS_H_
