// The volumes and snapshots that a command made, so that they go again
// whatever happens.

#ifndef HOLDFAST_CLI_WORKPLACE_H_
#define HOLDFAST_CLI_WORKPLACE_H_

#include <list>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/csi_client.h"

namespace holdfast::cli {

// A volume and where it stands; owned by a Workplace.
struct WorkVolume {
  std::string name;
  std::string id;
  int64_t size_bytes = 0;
  std::string staging_path;
  std::string target_path;  // where its files are while it is published
  bool staged = false;
  bool published = false;
};

// Keeps every mount below one directory, every name with one prefix, and a
// ledger of all that was made. Not thread-safe. The clients must outlive it.
class Workplace {
 public:
  struct Clients {
    CsiClient& controller;
    CsiClient& node;
  };

  // `directory` exists; `prefix` begins the CSI names.
  Workplace(Clients clients, std::string directory, std::string prefix);

  // Makes a volume with a file system, as `spec` says but for its name. The
  // pointer stays valid until Delete.
  absl::StatusOr<WorkVolume*> Create(const std::string& name,
                                     backend::VolumeSpec spec);
  absl::Status Stage(WorkVolume& volume);
  absl::Status Publish(WorkVolume& volume);
  absl::Status Unpublish(WorkVolume& volume);
  absl::Status Unstage(WorkVolume& volume);
  absl::Status Expand(WorkVolume& volume, int64_t bytes);
  // The volume is neither staged nor published.
  absl::Status Delete(WorkVolume& volume);
  // The same, but it stays in the ledger: it may come back from the trash.
  absl::Status Trash(const WorkVolume& volume);
  // The id of the snapshot.
  absl::StatusOr<std::string> Snapshot(const std::string& name,
                                       const WorkVolume& volume);
  absl::Status DeleteSnapshots();

  // Undoes all that is left, last made first. Goes on after an error and
  // answers the first.
  absl::Status CleanUp();

 private:
  Placement At(const WorkVolume& volume) const;
  absl::Status Remove(WorkVolume& volume);

  const Clients clients_;
  const std::string directory_;
  const std::string prefix_;
  std::list<WorkVolume> volumes_;
  std::vector<std::string> snapshots_;
};

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_WORKPLACE_H_
