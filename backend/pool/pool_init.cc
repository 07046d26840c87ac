#include "backend/pool/pool_init.h"

#include <glog/logging.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "backend/pool/medium_visit.h"
#include "backend/pool/paths.h"
#include "backend/pool/pool_mkfs.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

constexpr int kMarginPart = 10;  // a tenth stays free
constexpr int64_t kEndBytes = int64_t{1} << 20;

absl::Status IgnoreErrno(const absl::Status& status, int error) {
  return IsErrno(status, error) ? absl::OkStatus() : status;
}

// What lies on `medium`, mounted at `mount_point` for as long as it takes.
absl::StatusOr<PoolHeader> InitMounted(const InitParts& os,
                                       const MediumSpec& medium) {
  absl::StatusOr<PoolHeader> header = absl::UnknownError("not begun");
  RETURN_IF_ERROR(
      VisitMedium(os.medium, medium, [&](const std::string& directory) {
        header = InitPool({os.medium.files, os.medium.data_files},
                          Layout(directory));
        return header.status();
      }));
  return header;
}

// What an earlier call left: in the order in which it can be taken away.
absl::Status ClearAside(const MediumParts& os, const std::string& aside,
                        const std::string& mount_point) {
  RETURN_IF_ERROR(ClearMountPoint(os, mount_point));
  const auto left = os.files.Stat(aside);
  if (IsErrno(left.status(), ENOENT)) return absl::OkStatus();
  if (!left.ok()) return Meaning(left.status(), "look at an unfinished image");
  RETURN_IF_ERROR(DetachImage(os, aside));
  return Meaning(IgnoreErrno(os.files.Unlink(aside), ENOENT),
                 "remove an unfinished image");
}

absl::Status CheckNew(os::Files& files, const std::string& path) {
  const auto found = files.Stat(path);
  if (IsErrno(found.status(), ENOENT)) return absl::OkStatus();
  if (!found.ok()) return Meaning(found.status(), "look for the image");
  // By an earlier call perhaps, which was cut short before it came to this.
  RETURN_IF_ERROR(
      Meaning(files.SyncDirectory(ParentOf(path)), "make the image durable"));
  return absl::AlreadyExistsError(
      absl::StrCat(Quote(path), " exists. Name a file that does not"));
}

// Two that make one image would take away each other's work.
absl::StatusOr<UniqueFd> LockDirectory(const MediumParts& os,
                                       const std::string& directory) {
  auto fd = os.files.Open(directory, os::OpenMode::kDirectory);
  if (!fd.ok()) return Meaning(fd.status(), "open the image's directory");
  const absl::Status locked = os.data_files.Lock(fd->get());
  if (IsErrno(locked, EWOULDBLOCK)) {
    return absl::UnavailableError(
        absl::StrCat("another process makes a pool in ", Quote(directory),
                     ". Try again when it has ended"));
  }
  RETURN_IF_ERROR(Meaning(locked, "lock the image's directory"));
  return fd;
}

absl::Status CheckRoom(const MediumParts& os, const ImageSpec& spec) {
  if (spec.size_bytes < kLeastPoolBytes) {
    return absl::OutOfRangeError(
        absl::StrCat("a pool of ", spec.size_bytes, " bytes is too small. ",
                     "It takes at least ", kLeastPoolBytes));
  }
  const auto usage = os.files.StatFileSystem(ParentOf(spec.path));
  if (!usage.ok()) return Meaning(usage.status(), "measure the file system");
  const int64_t margin = usage->total_bytes / kMarginPart;
  const int64_t most = std::max<int64_t>(0, usage->available_bytes - margin);
  if (spec.size_bytes <= most) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "an image of ", spec.size_bytes, " bytes would leave less than a tenth ",
      "of the file system of ", Quote(spec.path), " free. It may have ", most,
      " bytes there"));
}

absl::Status MakeImage(const InitParts& os, const std::string& aside,
                       int64_t size_bytes) {
  {
    const auto fd = os.medium.files.Create(aside);
    if (!fd.ok()) return Meaning(fd.status(), "make the image");
    RETURN_IF_ERROR(
        Meaning(os.medium.data_files.Truncate(fd->get(), size_bytes),
                "size the image"));
    RETURN_IF_ERROR(
        Meaning(os.medium.data_files.Allocate(fd->get(), size_bytes),
                "allocate the image"));
  }
  return MakePoolFileSystem(os.commands, aside);
}

absl::Status Publish(const MediumParts& os, const std::string& aside,
                     const std::string& path) {
  {
    const auto fd = os.files.Open(aside, os::OpenMode::kReadWrite);
    if (!fd.ok()) return Meaning(fd.status(), "open the image");
    RETURN_IF_ERROR(
        Meaning(os.data_files.Sync(fd->get()), "make the image durable"));
  }
  RETURN_IF_ERROR(Meaning(os.files.Rename(aside, path), "name the image"));
  return Meaning(os.files.SyncDirectory(ParentOf(path)),
                 "make the image durable");
}

absl::StatusOr<PoolHeader> BuildImage(const InitParts& os,
                                      const ImageSpec& spec,
                                      const MediumSpec& aside) {
  RETURN_IF_ERROR(MakeImage(os, aside.path, spec.size_bytes));
  ASSIGN_OR_RETURN(PoolHeader header, InitMounted(os, aside));
  RETURN_IF_ERROR(Publish(os.medium, aside.path, spec.path));
  return header;
}

absl::Status CheckBlank(const InitParts& os, const DeviceSpec& spec) {
  const auto used = [&spec](absl::string_view what) {
    return absl::FailedPreconditionError(absl::StrCat(
        Quote(spec.path), " is not blank: ", what,
        ". Name another device, or, "
        "if nobody needs what is on it, clear it yourself (wipefs, dd)"));
  };
  const auto info = os.medium.files.Stat(spec.path);
  if (!info.ok()) return Meaning(info.status(), "look at the device");
  if (info->kind != os::FileKind::kBlockDevice) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(spec.path), " is no block device"));
  }
  const auto found = os.file_systems.Probe(spec.path);
  if (IsErrno(found.status(), EUCLEAN)) return used(found.status().message());
  if (!found.ok()) return Meaning(found.status(), "look at the device");
  if (!found->type.empty()) {
    return used(absl::StrCat("it has a file system, ", found->type));
  }
  const auto is_zero = os.file_systems.EndsAreZero(spec.path, kEndBytes);
  if (!is_zero.ok()) return Meaning(is_zero.status(), "read the device");
  return *is_zero ? absl::OkStatus() : used("there is data at its ends");
}

}  // namespace

absl::StatusOr<PoolHeader> InitImage(const InitParts& os,
                                     const ImageSpec& spec) {
  RETURN_IF_ERROR(CheckNew(os.medium.files, spec.path));
  ASSIGN_OR_RETURN(const UniqueFd lock,
                   LockDirectory(os.medium, ParentOf(spec.path)));
  const std::string aside = spec.path + ".holdfast-new";
  const std::string mount_point = aside + ".d";
  RETURN_IF_ERROR(ClearAside(os.medium, aside, mount_point));
  RETURN_IF_ERROR(CheckRoom(os.medium, spec));
  auto header = BuildImage(os, spec, {aside, mount_point});
  if (header.ok()) return header;
  const absl::Status cleared = ClearAside(os.medium, aside, mount_point);
  if (!cleared.ok()) {
    LOG(ERROR) << LogLine("unfinished_image_stays")
                      .Add("path", aside)
                      .Add("error", cleared.message());
  }
  return header;
}

absl::StatusOr<PoolHeader> InitDevice(const InitParts& os,
                                      const DeviceSpec& spec) {
  const MediumSpec medium = {.path = spec.path,
                             .mount_point = spec.mount_point};
  ASSIGN_OR_RETURN(const UniqueFd claim, ClaimMountPoint(os.medium, medium));
  RETURN_IF_ERROR(CheckBlank(os, spec));
  RETURN_IF_ERROR(MakePoolFileSystem(os.commands, spec.path));
  return InitMounted(os, medium);
}

}  // namespace holdfast::pool
