// A disk as it was at the moment of a power cut, brought up again.

#ifndef HOLDFAST_TESTS_ROOT_POWER_CUT_CUT_DISK_H_
#define HOLDFAST_TESTS_ROOT_POWER_CUT_CUT_DISK_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/root/fixture/daemons.h"
#include "tests/root/fixture/world.h"
#include "tests/root/load/history.h"
#include "tests/root/load/sources.h"

namespace holdfast::root {

// Takes, opens and closes, again and again. Not thread-safe.
class CutDisk {
 public:
  // `sources` is what the data of objects is compared with.
  CutDisk(World& world, const std::vector<Source>& sources);

  // Clones the file `disk`: all of it at one instant, without what is still in
  // caches.
  absl::StatusOr<Cut> Take(const std::string& disk);

  // Recovers its file system and opens the pool on it.
  absl::Status Open();

  // All volumes and snapshots: size and source as the daemon lists them, the
  // rest read past it, from records and data files.
  absl::StatusOr<std::map<std::string, ObjectState>> Objects();

  // Files of volumes/ and snapshots/, read past the daemon.
  size_t Files() const;
  bool IncomingIsEmpty() const;

  // The ext4 of a volume or snapshot for mounting is there and whole after its
  // journal has been replayed. A block volume may hold anything.
  absl::Status CheckFileSystem(const std::string& id,
                               const ObjectState& state) const;

  absl::Status Close();

 private:
  absl::Status ReadPast(const std::string& id, ObjectState& state) const;
  std::string FileOf(const std::string& id) const;

  const std::vector<Source>& sources_;
  const std::string image_;
  const std::string mount_point_;
  std::string device_;
  Daemons daemons_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_POWER_CUT_CUT_DISK_H_
