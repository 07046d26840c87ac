#include "backend/pool/medium_visit.h"

#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "backend/pool/paths.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

// Takes the mount off again, with its directory. Whether an image stays
// attached is asked now and not before: a device that nobody has mounted is
// what a visit that was killed left.
absl::Status Close(const MediumParts& os, const MediumSpec& medium) {
  RETURN_IF_ERROR(
      Meaning(os.mounts.Unmount(medium.mount_point), "unmount the pool"));
  RETURN_IF_ERROR(Meaning(os.files.RemoveDirectory(medium.mount_point),
                          "remove the mount point"));
  const auto info = os.files.Stat(medium.path);
  if (!info.ok()) return Meaning(info.status(), "look at the pool");
  return info->kind == os::FileKind::kRegular ? DetachUnclaimed(os, medium.path)
                                              : absl::OkStatus();
}

absl::StatusOr<UniqueFd> OpenLock(const MediumParts& os,
                                  const std::string& path) {
  RETURN_IF_ERROR(MakeDirectories(os.files, ParentOf(path)));
  auto lock = os.files.Create(path);
  if (IsErrno(lock.status(), EEXIST)) {
    lock = os.files.Open(path, os::OpenMode::kReadWrite);
  }
  if (!lock.ok()) return Meaning(lock.status(), "open a lock file");
  return lock;
}

absl::Status HeldByAnother(const MediumParts& os, const MediumSpec& medium,
                           const std::string& lock) {
  const auto holder = os.files.ReadFile(lock);
  return absl::UnavailableError(absl::StrCat(
      "another `holdfast pool` command works on ", Quote(medium.path),
      holder.ok() && !holder->empty() ? ": process " + *holder : "",
      ". Try again when it has ended"));
}

absl::StatusOr<UniqueFd> Lock(const MediumParts& os, const MediumSpec& medium) {
  const std::string path = medium.mount_point + ".lock";
  ASSIGN_OR_RETURN(UniqueFd lock, OpenLock(os, path));
  const absl::Status locked = os.data_files.Lock(lock.get());
  if (IsErrno(locked, EWOULDBLOCK)) return HeldByAnother(os, medium, path);
  RETURN_IF_ERROR(Meaning(locked, "lock a mount point"));
  RETURN_IF_ERROR(
      Meaning(os.data_files.Truncate(lock.get(), 0), "empty a lock file"));
  RETURN_IF_ERROR(Meaning(os.files.WriteAll(lock.get(), absl::StrCat(getpid())),
                          "write a lock file"));
  return lock;
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

absl::StatusOr<UniqueFd> ClaimMountPoint(const MediumParts& os,
                                         const MediumSpec& medium) {
  const auto info = os.files.Stat(medium.path);
  if (IsErrno(info.status(), ENOENT) || IsErrno(info.status(), ENOTDIR)) {
    return UniqueFd();  // whoever opens the medium has the words for it
  }
  if (!info.ok()) return Meaning(info.status(), "look at the pool");
  if (info->kind == os::FileKind::kDirectory) return UniqueFd();
  ASSIGN_OR_RETURN(UniqueFd lock, Lock(os, medium));
  RETURN_IF_ERROR(ClearMountPoint(os, medium.mount_point));
  return lock;
}

absl::Status VisitMedium(
    const MediumParts& os, const MediumSpec& medium,
    absl::FunctionRef<absl::Status(const std::string& directory)> work) {
  const auto directory = OpenMedium(os, medium);
  if (!directory.ok()) return directory.status();
  const absl::Status done = work(*directory);
  if (*directory == medium.path) return done;
  const absl::Status closed = Close(os, medium);
  return done.ok() ? closed : done;
}

}  // namespace holdfast::pool
