#include "backend/pool/medium_visit.h"

#include <vector>

#include "backend/pool/errors.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

enum class After { kKeepAttached, kDetach };

// Takes the mount off again, with its directory.
absl::Status Close(const MediumParts& os, const MediumSpec& medium,
                   After after) {
  RETURN_IF_ERROR(
      Meaning(os.mounts.Unmount(medium.mount_point), "unmount the pool"));
  RETURN_IF_ERROR(Meaning(os.files.RemoveDirectory(medium.mount_point),
                          "remove the mount point"));
  return after == After::kDetach ? DetachImage(os, medium.path)
                                 : absl::OkStatus();
}

// A device that is attached already is somebody's: detaching it would take
// place as soon as that one unmounts it.
absl::StatusOr<After> AfterVisit(const MediumParts& os,
                                 const MediumSpec& medium) {
  const auto info = os.files.Stat(medium.path);
  if (!info.ok() || info->kind != os::FileKind::kRegular) {
    return After::kKeepAttached;
  }
  ASSIGN_OR_RETURN(const bool attached, IsImageAttached(os, medium.path));
  return attached ? After::kKeepAttached : After::kDetach;
}

}  // namespace

absl::Status VisitMedium(
    const MediumParts& os, const MediumSpec& medium,
    absl::FunctionRef<absl::Status(const std::string& directory)> work) {
  ASSIGN_OR_RETURN(const After after, AfterVisit(os, medium));
  const auto directory = OpenMedium(os, medium);
  if (!directory.ok()) return directory.status();
  const absl::Status done = work(*directory);
  if (*directory == medium.path) return done;
  const absl::Status closed = Close(os, medium, after);
  return done.ok() ? closed : done;
}

}  // namespace holdfast::pool
