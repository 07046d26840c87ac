#include "os/linux_btrfs.h"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <cstring>

namespace holdfast::os {
namespace {

bool IsBtrfs(const SystemCalls& calls, int fd, const DeviceNumber& number) {
  struct statfs usage = {};
  struct stat seen = {};
  return calls.Call("fstatfs", [&] { return fstatfs(fd, &usage); }).ok() &&
         usage.f_type == BTRFS_SUPER_MAGIC &&
         calls.Call("fstat", [&] { return fstat(fd, &seen); }).ok() &&
         number == DeviceNumber{major(seen.st_dev), minor(seen.st_dev)};
}

// The path of its only device; "" if it has several, or none is there.
std::string OnlyDevice(const SystemCalls& calls, int fd) {
  btrfs_ioctl_fs_info_args info = {};
  const CallResult asked = calls.Call("ioctl(BTRFS_IOC_FS_INFO)", [&] {
    return ioctl(fd, BTRFS_IOC_FS_INFO, &info);
  });
  if (!asked.ok() || info.num_devices != 1) return "";
  btrfs_ioctl_dev_info_args device = {};
  device.devid = info.max_id;
  const CallResult told = calls.Call("ioctl(BTRFS_IOC_DEV_INFO)", [&] {
    return ioctl(fd, BTRFS_IOC_DEV_INFO, &device);
  });
  return told.ok() ? reinterpret_cast<const char*>(device.path) : "";
}

}  // namespace

DeviceNumber DeviceUnder(const SystemCalls& calls, const std::string& path,
                         const DeviceNumber& number) {
  // Major 0: no block device.
  if (number.major != 0) return number;
  // Asked before the directory is opened, which only a btrfs needs.
  struct statfs usage = {};
  const CallResult asked =
      calls.Call("statfs", [&] { return statfs(path.c_str(), &usage); });
  if (!asked.ok() || usage.f_type != BTRFS_SUPER_MAGIC) return number;
  const auto fd = OpenPath(calls, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!fd.ok() || !IsBtrfs(calls, fd->get(), number)) return number;
  return NumberOfNode(calls, OnlyDevice(calls, fd->get())).value_or(number);
}

std::optional<DeviceNumber> NumberOfNode(const SystemCalls& calls,
                                         const std::string& path) {
  struct stat node = {};
  const CallResult found =
      calls.Call("stat", [&] { return stat(path.c_str(), &node); });
  if (!found.ok() || !S_ISBLK(node.st_mode)) return std::nullopt;
  return DeviceNumber{major(node.st_rdev), minor(node.st_rdev)};
}

void ForgetBtrfs(const SystemCalls& calls, const std::string& device) {
  btrfs_ioctl_vol_args what = {};
  if (device.size() >= sizeof(what.name)) return;
  std::memcpy(what.name, device.data(), device.size());
  const auto control = OpenPath(calls, "/dev/btrfs-control", O_RDWR);
  if (!control.ok()) return;
  calls.Call("ioctl(BTRFS_IOC_FORGET_DEV)", [&] {
    return ioctl(control->get(), BTRFS_IOC_FORGET_DEV, &what);
  });
}

}  // namespace holdfast::os
