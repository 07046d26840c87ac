// The pool's disk as a power cut left it, brought up again.

#ifndef HOLDFAST_TESTS_ROOT_POWER_CUT_CUT_DISK_H_
#define HOLDFAST_TESTS_ROOT_POWER_CUT_CUT_DISK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/root/fixture/daemons.h"
#include "tests/root/fixture/world.h"
#include "tests/root/load/history.h"

namespace holdfast::root {

// What is found on it.
struct Found {
  Facts objects;                          // id: Text of its state
  Facts data;                             // of block volumes and snapshots
  std::vector<std::string> for_mounting;  // ids of volumes
  std::vector<std::string> wrong;  // what must not be, whatever was asked for
};

// Takes, opens and closes, again and again. Not thread-safe.
class CutDisk {
 public:
  // `block_bytes` is that of the world's disk.
  CutDisk(World& world, uint32_t block_bytes);

  // Cuts the power of the world's disk. What it leaves is here.
  absl::StatusOr<Cut> Take(const CutSpec& spec);

  // Recovers its file system and starts a node daemon on its pool.
  absl::Status Open();

  // All volumes and snapshots as the daemon lists them and as they are in the
  // pool's directories.
  absl::StatusOr<Found> Look();

  // The number of the data of a volume for mounting: it is staged and
  // published, which replays its journal, and taken back.
  absl::StatusOr<std::string> ReadVolume(const std::string& id);

  // A volume can be made, written to and deleted.
  absl::Status TryOut();

  absl::Status Close();

 private:
  absl::Status LookAtVolumes(Found& found);
  absl::Status LookAtSnapshots(Found& found);
  absl::StatusOr<ObjectState> ReadFile(const std::string& id, Found& found);
  std::vector<std::string> Names(const std::string& directory) const;
  std::string FileOf(const std::string& id) const;
  absl::StatusOr<NodeArgs> Bring(const std::string& id);
  absl::Status TakeBack(const NodeArgs& args);

  CachedDisk& disk_;
  const uint32_t block_bytes_;
  const std::string image_;
  const std::string mount_point_;
  const std::string directory_;  // for staging and target paths
  std::string device_;
  Daemons daemons_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_POWER_CUT_CUT_DISK_H_
