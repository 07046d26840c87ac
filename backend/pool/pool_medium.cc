#include "backend/pool/pool_medium.h"

#include <glog/logging.h>

#include <cerrno>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "backend/pool/errors.h"
#include "backend/pool/paths.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

constexpr char kLoopName[] = "holdfast-pool";
constexpr int kAttachTries = 16;

absl::Status Refused(const std::string& object, absl::string_view why,
                     absl::string_view advice) {
  return absl::FailedPreconditionError(
      absl::StrCat(Quote(object), " ", why, ". ", advice));
}

// Read-only ones do no harm and are left out.
absl::StatusOr<std::vector<int>> FindWriters(const MediumParts& os,
                                             const os::FileInfo& image) {
  const auto numbers = os.loops.List();
  if (!numbers.ok())
    return DeviceMeaning(numbers.status(), "list loop devices");
  std::vector<int> writers;
  for (const int number : *numbers) {
    const auto status = os.loops.GetStatus(number);
    if (!status.ok()) continue;  // detached meanwhile
    if (status->mode == os::LoopMode::kReadWrite &&
        status->backing_inode == image.inode &&
        status->backing_file_system == image.file_system) {
      writers.push_back(number);
    }
  }
  return writers;
}

// Another process may take a free number first.
absl::StatusOr<int> Configure(const MediumParts& os, int backing_fd,
                              uint32_t block_bytes) {
  absl::Status last;
  for (int i = 0; i < kAttachTries; ++i) {
    const auto number = os.loops.FindFree();
    if (!number.ok()) return DeviceMeaning(number.status(), "find a device");
    last = os.loops.Add(*number);
    if (last.ok()) {
      last = os.loops.Configure(
          *number, backing_fd, {.name = kLoopName, .block_bytes = block_bytes});
    }
    if (last.ok()) return *number;
    if (!IsErrno(last, EBUSY)) break;
  }
  return DeviceMeaning(last, "attach the pool's image");
}

// The kernel does direct I/O only in blocks not smaller than those of the disk
// below (drivers/block/loop.c), and an XFS of 512-byte sectors does not mount
// on larger ones: so the smallest that gives direct I/O, and in the end the
// smallest without.
absl::StatusOr<int> AttachAnew(const MediumParts& os, const std::string& path) {
  const auto backing = os.files.Open(path, os::OpenMode::kReadWrite);
  if (!backing.ok()) return Meaning(backing.status(), "open the image");
  for (const uint32_t block_bytes : {512, 4096}) {
    ASSIGN_OR_RETURN(const int number,
                     Configure(os, backing->get(), block_bytes));
    const auto status = os.loops.GetStatus(number);
    if (status.ok() && status->direct_io) return number;
    const absl::Status detached = os.loops.Detach(number);
    if (!detached.ok()) return DeviceMeaning(detached, "detach a loop device");
  }
  return Configure(os, backing->get(), 512);
}

void WarnOfCachedIo(const MediumParts& os, const std::string& path,
                    int number) {
  const auto status = os.loops.GetStatus(number);
  if (!status.ok() || status->direct_io) return;
  LOG(WARNING) << LogLine("pool_without_direct_io")
                      .Add("image", path)
                      .Add("device", os::LoopPath(number))
                      .Add("advice",
                           "data is cached twice and uses more memory; put the "
                           "image on a file system with direct I/O");
}

struct Attached {
  int number = 0;
  bool is_new = false;
};

// While it looks and attaches, `lock` keeps others from it. The descriptor that
// the loop device keeps is another, or the lock would stay with the device.
absl::StatusOr<Attached> FindOrAttach(const MediumParts& os,
                                      const std::string& path) {
  const auto lock = os.files.Open(path, os::OpenMode::kReadWrite);
  if (!lock.ok()) return Meaning(lock.status(), "open the image");
  const absl::Status locked = os.data_files.Lock(lock->get());
  if (IsErrno(locked, EWOULDBLOCK)) {
    return absl::UnavailableError(
        absl::StrCat("another process has locked ", Quote(path)));
  }
  RETURN_IF_ERROR(Meaning(locked, "lock the image"));
  const auto image = os.data_files.Stat(lock->get());
  if (!image.ok()) return Meaning(image.status(), "look at the image");
  ASSIGN_OR_RETURN(const std::vector<int> writers, FindWriters(os, *image));
  if (writers.size() > 1) {
    return Refused(
        path,
        absl::StrCat("is attached more than once: ",
                     absl::StrJoin(writers, ", ",
                                   [](std::string* out, int number) {
                                     absl::StrAppend(out, os::LoopPath(number));
                                   })),
        "Two writers destroy it: find the one that the pool is not mounted "
        "from (findmnt -S DEVICE) and detach it (losetup -d DEVICE)");
  }
  if (!writers.empty()) {
    RETURN_IF_ERROR(DeviceMeaning(os.loops.PassFlushesOn(writers.front()),
                                  "have the pool's device pass flushes on"));
    return Attached{.number = writers.front()};
  }
  const auto is_open = os.data_files.IsOpenElsewhere(lock->get());
  if (!is_open.ok()) return Meaning(is_open.status(), "look at the image");
  if (*is_open) {
    return absl::UnavailableError(absl::StrCat(
        "another program has ", Quote(path), " open. End it (lsof ", path,
        "), so that the image has one writer"));
  }
  ASSIGN_OR_RETURN(const int number, AttachAnew(os, path));
  return Attached{.number = number, .is_new = true};
}

absl::Status MountHere(const MediumParts& os, const std::string& device,
                       const MediumSpec& spec) {
  const auto node = os.files.Stat(device);
  if (!node.ok()) return Meaning(node.status(), "look at the device");
  RETURN_IF_ERROR(MakeDirectories(os.files, spec.mount_point));
  const auto place = os.files.Stat(spec.mount_point);
  if (!place.ok()) return Meaning(place.status(), "look at the mount point");
  if (place->is_mount_root) {
    if (place->file_system == node->device) return absl::OkStatus();
    return Refused(spec.mount_point, "has something else mounted at it",
                   absl::StrCat("Unmount it: the pool ", Quote(spec.path),
                                " is to be mounted there"));
  }
  const auto mount = os.mounts.MountDevice(
      {.device = device,
       .fs_type = "xfs",
       .attributes = {.nosuid = true, .nodev = true, .noatime = true}});
  if (!mount.ok()) {
    return Refused(
        spec.path,
        absl::StrCat("cannot be mounted as an XFS: ", mount.status().message()),
        "A duplicate UUID means that the same file system, or a "
        "copy of it, is mounted already; otherwise see dmesg. Make "
        "a new pool with `holdfast pool init`");
  }
  return Meaning(os.mounts.Attach(mount->get(), spec.mount_point),
                 "mount the pool");
}

absl::Status DetachIfAttached(const MediumParts& os, int number) {
  const absl::Status detached = os.loops.Detach(number);
  if (IsErrno(detached, ENXIO)) return absl::OkStatus();
  return DeviceMeaning(detached, "detach the pool's image");
}

absl::Status MountImage(const MediumParts& os, const MediumSpec& spec) {
  // What is served from here on must not lose its name: an init that was cut
  // short may not have come to this.
  RETURN_IF_ERROR(Meaning(os.files.SyncDirectory(ParentOf(spec.path)),
                          "make the image's name durable"));
  ASSIGN_OR_RETURN(const Attached attached, FindOrAttach(os, spec.path));
  WarnOfCachedIo(os, spec.path, attached.number);
  const absl::Status mounted =
      MountHere(os, os::LoopPath(attached.number), spec);
  if (!mounted.ok() && attached.is_new) {
    const absl::Status detached = os.loops.Detach(attached.number);
    if (!detached.ok()) {
      LOG(ERROR) << LogLine("loop_device_stays")
                        .Add("device", os::LoopPath(attached.number))
                        .Add("error", detached.message());
    }
  }
  return mounted;
}

}  // namespace

absl::StatusOr<std::string> OpenMedium(const MediumParts& os,
                                       const MediumSpec& spec) {
  const auto info = os.files.Stat(spec.path);
  if (IsErrno(info.status(), ENOENT) || IsErrno(info.status(), ENOTDIR)) {
    return absl::NotFoundError(
        absl::StrCat(Quote(spec.path),
                     " is not a pool: there is nothing there. Make one with "
                     "`holdfast pool init`"));
  }
  if (!info.ok()) return Meaning(info.status(), "look at the pool");
  switch (info->kind) {
    case os::FileKind::kDirectory:
      return spec.path;
    case os::FileKind::kBlockDevice:
      RETURN_IF_ERROR(MountHere(os, spec.path, spec));
      return spec.mount_point;
    case os::FileKind::kRegular:
      RETURN_IF_ERROR(MountImage(os, spec));
      return spec.mount_point;
    default:
      return Refused(spec.path, "cannot be a pool",
                     "Name a directory, a block device or an image file");
  }
}

absl::Status DetachUnclaimed(const MediumParts& os, const std::string& path) {
  const auto image = os.files.Stat(path);
  if (!image.ok()) return Meaning(image.status(), "look at the image");
  ASSIGN_OR_RETURN(const std::vector<int> writers, FindWriters(os, *image));
  for (const int number : writers) {
    const auto claimed = os.loops.IsClaimed(number);
    if (!claimed.ok()) {
      return DeviceMeaning(claimed.status(), "look at a device");
    }
    if (*claimed) continue;
    RETURN_IF_ERROR(DetachIfAttached(os, number));
  }
  return absl::OkStatus();
}

absl::Status DetachImage(const MediumParts& os, const std::string& path) {
  const auto image = os.files.Stat(path);
  if (!image.ok()) return Meaning(image.status(), "look at the image");
  ASSIGN_OR_RETURN(const std::vector<int> writers, FindWriters(os, *image));
  for (const int number : writers) {
    RETURN_IF_ERROR(DetachIfAttached(os, number));
  }
  return absl::OkStatus();
}

}  // namespace holdfast::pool
