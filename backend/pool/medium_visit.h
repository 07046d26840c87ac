// A pool's medium, opened for a moment: without the daemon, or beside it.

#ifndef HOLDFAST_BACKEND_POOL_MEDIUM_VISIT_H_
#define HOLDFAST_BACKEND_POOL_MEDIUM_VISIT_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/pool/pool_medium.h"
#include "base/unique_fd.h"

namespace holdfast::pool {

// Takes off what is mounted there, and removes the directory. What is in use
// stays: EBUSY in the error's words.
absl::Status ClearMountPoint(const MediumParts& os,
                             const std::string& mount_point);

// Keeps others from the mount point of an image or device until the descriptor
// is closed, by a lock on the file `<mount point>.lock`, which stays and has
// the holder's process id in it; and takes off what an earlier holder, killed,
// left mounted there. Nothing to be kept, and no descriptor, for a directory or
// where there is nothing. UNAVAILABLE, naming the process, while another has
// it.
absl::StatusOr<UniqueFd> ClaimMountPoint(const MediumParts& os,
                                         const MediumSpec& medium);

// Opens `medium`, does `work` in the pool's directory, and closes it again:
// nothing is mounted at the mount point of an image or device, which the caller
// keeps others from and has cleared, and an image that nobody else has mounted
// is detached.
// Errors: those of OpenMedium, then those of the work.
absl::Status VisitMedium(
    const MediumParts& os, const MediumSpec& medium,
    absl::FunctionRef<absl::Status(const std::string& directory)> work);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_MEDIUM_VISIT_H_
