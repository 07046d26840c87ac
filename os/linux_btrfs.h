// The device under a mounted btrfs, which statx(2) and mountinfo do not tell:
// they have numbers that stand for no device.

#ifndef HOLDFAST_OS_LINUX_BTRFS_H_
#define HOLDFAST_OS_LINUX_BTRFS_H_

#include <optional>
#include <string>

#include "os/files.h"
#include "os/linux_syscall.h"

namespace holdfast::os {

// What stands for the file system at `path`, a directory, in comparisons with
// block devices: the device, if `number` is that of a btrfs on one device
// whose node is there; else `number` itself. Costs nothing for other file
// systems on devices.
DeviceNumber DeviceUnder(const SystemCalls& calls, const std::string& path,
                         const DeviceNumber& number);

// The number of the device node at `path`, if there is one. The number that
// mountinfo shows of a btrfs is that of no file on it, so its mounts are told
// by the device that it names.
std::optional<DeviceNumber> NumberOfNode(const SystemCalls& calls,
                                         const std::string& path);

// Makes the kernel forget the btrfs that it last saw on `device`, unless it is
// mounted (BTRFS_IOC_FORGET_DEV, kernel 5.1). A mount that failed between its
// look at the device and its opening, as that of a killed process does, leaves
// such a record (fs/btrfs/volumes.c, device_list_add). The next btrfs on that
// number, whose uuid is mounted elsewhere too, as those of all clones are, was
// then taken for the one of the record and refused: EINVAL, "metadata_uuid
// doesn't match" (seen on 6.18). Where the kernel cannot forget, the mount
// itself says what is wrong.
void ForgetBtrfs(const SystemCalls& calls, const std::string& device);

}  // namespace holdfast::os

#endif  // HOLDFAST_OS_LINUX_BTRFS_H_
