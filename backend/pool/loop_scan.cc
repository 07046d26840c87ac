#include "backend/pool/loop_scan.h"

#include <glog/logging.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

using backend::AttachMode;

absl::Status TwoWriters(const std::string& id, int one, int other) {
  const std::string devices =
      absl::StrCat(os::LoopPath(one), " and ", os::LoopPath(other));
  LOG(ERROR) << devices << " are both read-write devices of volume " << id;
  return absl::FailedPreconditionError(absl::StrCat(
      "volume ", id, " is attached twice, read-write, as ", devices,
      ", and may be damaged. Unmount both, detach both (losetup -d) and check "
      "the volume"));
}

}  // namespace

os::LoopMode ToLoop(AttachMode mode) {
  return mode == AttachMode::kReadOnly ? os::LoopMode::kReadOnly
                                       : os::LoopMode::kReadWrite;
}

AttachMode FromLoop(os::LoopMode mode) {
  return mode == os::LoopMode::kReadOnly ? AttachMode::kReadOnly
                                         : AttachMode::kReadWrite;
}

bool IsOn(const os::LoopStatus& status, const os::FileInfo& file) {
  return status.backing_inode == file.inode &&
         status.backing_file_system == file.file_system;
}

bool IsNoDevice(const absl::Status& status) {
  return IsErrno(status, ENXIO) || IsErrno(status, ENOENT) ||
         IsErrno(status, ENODEV);
}

bool HasDeadFile(const absl::Status& status) {
  return IsErrno(status, EIO) || IsErrno(status, ESTALE) ||
         IsErrno(status, ENOTCONN);
}

absl::StatusOr<LoopHolders> ScanLoops(os::LoopDevices& loops,
                                      const std::string& id,
                                      const os::FileInfo& file) {
  const auto numbers = loops.List();
  if (!numbers.ok())
    return DeviceMeaning(numbers.status(), "list loop devices");
  LoopHolders holders;
  for (const int number : *numbers) {
    const auto status = loops.GetStatus(number);
    if (IsNoDevice(status.status())) continue;
    // Somebody else's: our file could be looked at.
    if (HasDeadFile(status.status())) continue;
    if (!status.ok()) return DeviceMeaning(status.status(), "look at a device");
    if (!IsOn(*status, file)) continue;
    if (status->name != id) {
      holders.foreign = number;
      continue;
    }
    const AttachMode mode = FromLoop(status->mode);
    const auto [first, is_new] = holders.own.try_emplace(
        mode,
        LoopAttachment{number, status->autoclear, status->direct_io, file});
    if (!is_new && mode == AttachMode::kReadWrite) {
      return TwoWriters(id, first->second.number, number);
    }
  }
  return holders;
}

}  // namespace holdfast::pool
