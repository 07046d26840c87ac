// Which loop devices are on a file, by a look at all of them.

#ifndef HOLDFAST_BACKEND_POOL_LOOP_SCAN_H_
#define HOLDFAST_BACKEND_POOL_LOOP_SCAN_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/types.h"
#include "os/files.h"
#include "os/loop.h"

namespace holdfast::pool {

// The name of devices that a process only tries something on: it detaches them
// itself, unless it is killed.
inline constexpr char kTrialDevice[] = "holdfast-tries-btrfs";

// A verified loop device on a data file.
struct LoopAttachment {
  int number = 0;
  bool autoclear = false;  // goes away with its last user
  bool direct_io = false;
  os::FileInfo file;  // the data file
};

// The devices on one file.
struct LoopHolders {
  std::map<backend::AttachMode, LoopAttachment> own;
  std::optional<int> foreign;  // one that has another name
};

os::LoopMode ToLoop(backend::AttachMode mode);
backend::AttachMode FromLoop(os::LoopMode mode);

// True if the device is bound to this file, whatever path leads to it.
bool IsOn(const os::LoopStatus& status, const os::FileInfo& file);

// True for what the kernel answers of a device with nothing attached, or of
// one that does not exist.
bool IsNoDevice(const absl::Status& status);

// True for what the kernel answers of a device whose file is on a file system
// that fails (EIO, ESTALE) or whose server is gone (ENOTCONN, fuse(4)): it asks
// that file system (loop_get_status, drivers/block/loop.c).
bool HasDeadFile(const absl::Status& status);

// The cost grows with the number of loop devices: for what no hint answers.
// FAILED_PRECONDITION, naming both, if two read-write devices named `id` are
// on the file. Devices with a dead file are passed over: `file` is what was
// read of the file just before. `loops` must outlive the call.
absl::StatusOr<LoopHolders> ScanLoops(os::LoopDevices& loops,
                                      const std::string& id,
                                      const os::FileInfo& file);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_LOOP_SCAN_H_
