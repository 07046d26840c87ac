// Everything there is, in words that can be compared.

#ifndef HOLDFAST_TESTS_ROOT_KILL_INVENTORY_H_
#define HOLDFAST_TESTS_ROOT_KILL_INVENTORY_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/root/fixture/world.h"

namespace holdfast::root {

// What the driver lists: one line for each volume (id, size, nodes) and each
// snapshot (id, source, size).
absl::StatusOr<std::set<std::string>> Listed(World& world);

// What the kernel holds of this world: one line for each loop device's file
// and each mount.
std::set<std::string> Held(World& world);

// What must hold at any time between calls: the pool's directories have
// exactly the files of what is listed, nothing is left in incoming, and no
// file has a second read-write loop device.
absl::Status CheckOrder(World& world);

// Acknowledged objects that no call under test touches: a mounted and a block
// volume with data, and a snapshot.
class Bystanders {
 public:
  explicit Bystanders(World& world) : world_(world) {}

  absl::Status Make();
  // They are there, in use and whole.
  absl::Status Check();
  // What the snapshot holds is whole too: restores it.
  absl::Status CheckSnapshot();

 private:
  World& world_;
  NodeArgs mounted_;
  NodeArgs block_;
  std::string snapshot_;
  std::string digest_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_KILL_INVENTORY_H_
