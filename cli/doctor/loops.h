// Loop devices as the checks see them, and who uses them.

#ifndef HOLDFAST_CLI_DOCTOR_LOOPS_H_
#define HOLDFAST_CLI_DOCTOR_LOOPS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/doctor/world.h"
#include "os/loop.h"
#include "os/mounts.h"

namespace holdfast::cli::doctor {

struct Loop {
  int number = 0;
  os::LoopStatus status;
  os::DeviceNumber device;
  // The backing file's path as the kernel knows it (sysfs, loop/backing_file):
  // of another mount namespace it may lead nowhere here, and of a file whose
  // mount was taken off it is "/".
  std::string backing;
  // The kernel says that the last name of the backing file is gone.
  bool backing_deleted = false;

  std::string path() const { return os::LoopPath(number); }
  // Named with the id of a volume of ours, which only Holdfast does.
  bool is_ours() const;
};

// All attached loop devices, by number.
absl::StatusOr<std::vector<Loop>> ReadLoops(const World& world);
// Those of them that are ours.
std::vector<Loop> Ours(const std::vector<Loop>& loops);

// True if the device is bound as it was when `loop` was read.
bool IsStill(const World& world, const Loop& loop);

// The mounts of the file system on `loop`, and of its node.
std::vector<os::MountPoint> MountsOf(const World& world, const Loop& loop,
                                     const std::vector<os::MountPoint>& mounts);

// OK if `loop` is as it was read, mounted nowhere and claimed by nobody;
// FAILED_PRECONDITION with what is otherwise.
absl::Status CheckUnused(const World& world, const Loop& loop);

// Detaches `loop` if it is still unused and its backing file still gone:
// deleted, or its mount taken off.
absl::Status DetachUnused(const World& world, const Loop& loop);

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_LOOPS_H_
