// A pool's medium, opened for a moment: without the daemon, or beside it.

#ifndef HOLDFAST_BACKEND_POOL_MEDIUM_VISIT_H_
#define HOLDFAST_BACKEND_POOL_MEDIUM_VISIT_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "backend/pool/pool_medium.h"

namespace holdfast::pool {

// Takes off what an earlier call that was killed left mounted, and removes the
// directory. One that is at work keeps it busy: EBUSY in the error's words.
absl::Status ClearMountPoint(const MediumParts& os,
                             const std::string& mount_point);

// Opens `medium`, does `work` in the pool's directory, and leaves everything as
// it was: nothing mounted at the mount point of an image or device, which must
// be of such calls for this medium alone and is cleared first, and an image
// detached that was not attached.
// Errors: those of OpenMedium, then those of the work.
absl::Status VisitMedium(
    const MediumParts& os, const MediumSpec& medium,
    absl::FunctionRef<absl::Status(const std::string& directory)> work);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_MEDIUM_VISIT_H_
