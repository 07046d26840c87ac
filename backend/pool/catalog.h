// What is in the pool: the reading side.

#ifndef HOLDFAST_BACKEND_POOL_CATALOG_H_
#define HOLDFAST_BACKEND_POOL_CATALOG_H_

#include <string>

#include "absl/status/statusor.h"
#include "backend/pool/layout.h"
#include "backend/pool/pool_ids.h"
#include "backend/pool/record.h"
#include "backend/types.h"
#include "os/data_files.h"
#include "os/files.h"

namespace holdfast::pool {

// Reads records by path, without opening a data file (an open descriptor of
// ours would look like a user of it). Keeps nothing. Thread-safe.
class Catalog {
 public:
  // All must outlive this object.
  struct Parts {
    os::Files& files;
    os::DataFiles& data_files;
    const Layout& layout;
    const PoolIds& ids;
  };

  explicit Catalog(const Parts& parts) : parts_(parts) {}

  // NOT_FOUND, also for an id that is none of this pool; DATA_LOSS if the
  // file is there and it or its record is unreadable or the record is another
  // object's; FAILED_PRECONDITION for a record of a later version.
  absl::StatusOr<backend::Volume> GetVolume(const std::string& id) const;
  absl::StatusOr<StoredSnapshot> GetSnapshot(const std::string& id) const;

  // The same of a data file of this id that is at `path`: in the trash.
  absl::StatusOr<backend::Volume> ReadVolume(const std::string& path,
                                             const std::string& id) const;
  absl::StatusOr<StoredSnapshot> ReadSnapshot(const std::string& path,
                                              const std::string& id) const;

  // In order of id. What vanishes meanwhile is left out; so is what has an
  // unreadable record, with an ERROR in the log: one damaged object must not
  // hide the others. Get says what is wrong with it.
  absl::StatusOr<backend::Page<backend::Volume>> ListVolumes(
      const backend::PageRequest& page) const;
  absl::StatusOr<backend::Page<backend::Snapshot>> ListSnapshots(
      const backend::SnapshotFilter& filter,
      const backend::PageRequest& page) const;

 private:
  struct Stored {
    std::string record;
    os::FileInfo file;
  };
  absl::StatusOr<Stored> Read(const std::string& path) const;

  const Parts parts_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_CATALOG_H_
