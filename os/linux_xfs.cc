#include "os/linux_xfs.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "os/xfs_superblock.h"

// From the kernel's fs/xfs/libxfs/xfs_fs.h, which comes with xfsprogs only.
struct HoldfastXfsGeometry {  // struct xfs_fsop_geom_v1
  uint32_t block_bytes;
  uint32_t of_no_use[6];
  uint32_t inode_percent;
  uint64_t data_blocks;
  uint64_t of_no_use_either[9];
};
struct HoldfastXfsGrowth {  // struct xfs_growfs_data
  uint64_t data_blocks;
  uint32_t inode_percent;
};
#define HOLDFAST_XFS_IOC_FSGEOMETRY_V1 _IOR('X', 100, HoldfastXfsGeometry)
#define HOLDFAST_XFS_IOC_FSGROWFSDATA _IOW('X', 110, HoldfastXfsGrowth)

namespace holdfast::os {
namespace {

// The largest logical block of a device, which direct I/O asks for.
constexpr size_t kDirectBytes = 4096;

// "loop3" of a uevent file of sysfs.
std::string DeviceNameIn(absl::string_view uevent) {
  for (absl::string_view line : absl::StrSplit(uevent, '\n')) {
    if (absl::ConsumePrefix(&line, "DEVNAME=")) return std::string(line);
  }
  return "";
}

// What the device itself has. The kernel does not write a mounted XFS through
// the device's page cache, so that may hold an old superblock for ever.
absl::StatusOr<XfsSuperblock> ReadDirect(const SystemCalls& calls,
                                         const std::string& path) {
  ASSIGN_OR_RETURN(const UniqueFd device,
                   OpenPath(calls, path, O_RDONLY | O_DIRECT));
  alignas(kDirectBytes) char buffer[kDirectBytes];
  const CallResult got = calls.Call(
      "pread", [&] { return pread(device.get(), buffer, sizeof(buffer), 0); });
  if (!got.ok()) return ErrnoError("pread", path, got.error);
  const auto parsed = ParseXfsSuperblock(
      absl::string_view(buffer, static_cast<size_t>(got.value)));
  if (parsed) return *parsed;
  return ErrnoError("read superblock of", path, EUCLEAN, "not one of its type");
}

// EINVAL: it is not frozen.
absl::Status Thaw(const SystemCalls& calls, int fd) {
  const absl::Status thawed =
      calls.Run("ioctl(FITHAW)", fd, [&] { return ioctl(fd, FITHAW, 0); });
  return IsErrno(thawed, EINVAL) ? absl::OkStatus() : thawed;
}

absl::Status EmptyLog(const SystemCalls& calls, int fd) {
  RETURN_IF_ERROR(
      calls.Run("ioctl(FIFREEZE)", fd, [&] { return ioctl(fd, FIFREEZE, 0); }));
  return Thaw(calls, fd);
}

// Of a call that was killed before it did so itself.
absl::Status WriteLastGrowth(const SystemCalls& calls, int fd,
                             int64_t mounted_bytes) {
  ASSIGN_OR_RETURN(const std::string path, DevicePathUnder(calls, fd));
  ASSIGN_OR_RETURN(const XfsSuperblock written, ReadDirect(calls, path));
  if (written.size_bytes >= mounted_bytes) return absl::OkStatus();
  return EmptyLog(calls, fd);
}

}  // namespace

absl::StatusOr<std::string> DevicePathUnder(const SystemCalls& calls, int fd) {
  struct stat data = {};
  RETURN_IF_ERROR(calls.Run("fstat", fd, [&] { return fstat(fd, &data); }));
  ASSIGN_OR_RETURN(
      const std::string uevent,
      ReadToEnd(calls, absl::StrCat("/sys/dev/block/", major(data.st_dev), ":",
                                    minor(data.st_dev), "/uevent")));
  return absl::StrCat("/dev/", DeviceNameIn(uevent));
}

// A smaller size would be taken for a wish to shrink.
absl::Status GrowXfs(const SystemCalls& calls, int fd, int64_t size_bytes) {
  HoldfastXfsGeometry now = {};
  RETURN_IF_ERROR(calls.Run("ioctl(XFS_IOC_FSGEOMETRY_V1)", fd, [&] {
    return ioctl(fd, HOLDFAST_XFS_IOC_FSGEOMETRY_V1, &now);
  }));
  RETURN_IF_ERROR(Thaw(calls, fd));
  RETURN_IF_ERROR(WriteLastGrowth(
      calls, fd, static_cast<int64_t>(now.data_blocks) * now.block_bytes));
  const auto blocks = static_cast<uint64_t>(size_bytes / now.block_bytes);
  if (blocks <= now.data_blocks) return absl::OkStatus();
  const HoldfastXfsGrowth wanted = {blocks, now.inode_percent};
  RETURN_IF_ERROR(calls.Run("ioctl(XFS_IOC_FSGROWFSDATA)", fd, [&] {
    return ioctl(fd, HOLDFAST_XFS_IOC_FSGROWFSDATA, &wanted);
  }));
  return EmptyLog(calls, fd);
}

}  // namespace holdfast::os
