// Keeps udev from a device while it is being brought into use.

#ifndef HOLDFAST_NODE_DEVICE_LOCK_H_
#define HOLDFAST_NODE_DEVICE_LOCK_H_

#include <string>

#include "absl/status/statusor.h"
#include "base/unique_fd.h"
#include "os/data_files.h"
#include "os/files.h"

namespace holdfast::node {

// The BSD lock of the device node, held until the descriptor is closed. Udev
// takes a shared one before it looks at a device, and comes back later if it
// does not get it (systemd, "Locking Block Device Access"). While it is held
// the device is open, so close it before detaching. An empty descriptor if
// somebody else has a lock: what is done then works all the same.
absl::StatusOr<UniqueFd> LockDevice(os::Files& files, os::DataFiles& data_files,
                                    const std::string& path);

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_DEVICE_LOCK_H_
