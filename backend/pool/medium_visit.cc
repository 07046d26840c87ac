#include "backend/pool/medium_visit.h"

#include <cerrno>
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
  if (IsErrno(info.status(), ENOENT) || IsErrno(info.status(), ENOTDIR)) {
    return After::kKeepAttached;  // OpenMedium has the words for it
  }
  if (!info.ok()) return Meaning(info.status(), "look at the pool");
  if (info->kind != os::FileKind::kRegular) return After::kKeepAttached;
  ASSIGN_OR_RETURN(const bool attached, IsImageAttached(os, medium.path));
  return attached ? After::kKeepAttached : After::kDetach;
}

}  // namespace

absl::Status ClearMountPoint(const MediumParts& os,
                             const std::string& mount_point) {
  const auto place = os.files.Stat(mount_point);
  if (IsErrno(place.status(), ENOENT)) return absl::OkStatus();
  if (!place.ok()) return Meaning(place.status(), "look at the mount point");
  if (place->is_mount_root) {
    RETURN_IF_ERROR(Meaning(os.mounts.Unmount(mount_point), "unmount"));
  }
  return Meaning(os.files.RemoveDirectory(mount_point), "remove a directory");
}

absl::Status VisitMedium(
    const MediumParts& os, const MediumSpec& medium,
    absl::FunctionRef<absl::Status(const std::string& directory)> work) {
  RETURN_IF_ERROR(ClearMountPoint(os, medium.mount_point));
  ASSIGN_OR_RETURN(const After after, AfterVisit(os, medium));
  const auto directory = OpenMedium(os, medium);
  if (!directory.ok()) return directory.status();
  const absl::Status done = work(*directory);
  if (*directory == medium.path) return done;
  const absl::Status closed = Close(os, medium, after);
  return done.ok() ? closed : done;
}

}  // namespace holdfast::pool
