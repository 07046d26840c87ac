#include "node/device_lock.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "node/errors.h"

namespace holdfast::node {

absl::StatusOr<UniqueFd> LockDevice(os::Files& files, os::DataFiles& data_files,
                                    const std::string& path) {
  // For reading: udev looks again at what is closed after writing.
  auto device = files.Open(path, os::OpenMode::kReadOnly);
  RETURN_IF_ERROR(OutsidePool(device.status(), absl::StrCat("open ", path)));
  const absl::Status locked = data_files.Lock(device->get());
  if (IsErrno(locked, EWOULDBLOCK)) return UniqueFd();
  RETURN_IF_ERROR(OutsidePool(locked, absl::StrCat("lock ", path)));
  return device;
}

}  // namespace holdfast::node
