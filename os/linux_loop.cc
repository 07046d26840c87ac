#include "os/linux_loop.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status.h"

namespace holdfast::os {
namespace {

constexpr char kControl[] = "/dev/loop-control";
constexpr char kSysBlock[] = "/sys/block";
// A multiple of every granularity: a power of two, at most the extent size.
constexpr int64_t kDiscardAlignment = int64_t{1} << 30;

std::string SysPath(int number, const char* attribute) {
  return absl::StrCat(kSysBlock, "/loop", number, "/", attribute);
}

// 7 for "loop7".
std::optional<int> NumberOf(absl::string_view name) {
  int number = 0;
  if (!absl::ConsumePrefix(&name, "loop") || !absl::SimpleAtoi(name, &number)) {
    return std::nullopt;
  }
  return number;
}

// The device number in a "dev" file of sysfs: "7:3\n".
std::optional<DeviceNumber> ParseDevice(absl::string_view text) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(absl::StripSuffix(text, "\n"), ':');
  DeviceNumber device;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &device.major) ||
      !absl::SimpleAtoi(parts[1], &device.minor)) {
    return std::nullopt;
  }
  return device;
}

loop_config ToKernel(int backing_fd, const LoopConfig& config) {
  loop_config kernel = {};
  kernel.fd = static_cast<uint32_t>(backing_fd);
  kernel.block_size = config.block_bytes;
  kernel.info.lo_flags = LO_FLAGS_DIRECT_IO;
  if (config.mode == LoopMode::kReadOnly) {
    kernel.info.lo_flags |= LO_FLAGS_READ_ONLY;
  }
  std::memcpy(kernel.info.lo_file_name, config.name.data(), config.name.size());
  return kernel;
}

LoopStatus FromKernel(const loop_info64& info) {
  const char* name = reinterpret_cast<const char*>(info.lo_file_name);
  return {
      .name = std::string(name, strnlen(name, LO_NAME_SIZE)),
      .backing_inode = info.lo_inode,
      .backing_file_system = {major(info.lo_device), minor(info.lo_device)},
      .backing_device = {major(info.lo_rdevice), minor(info.lo_rdevice)},
      .mode = (info.lo_flags & LO_FLAGS_READ_ONLY) != 0 ? LoopMode::kReadOnly
                                                        : LoopMode::kReadWrite,
      .direct_io = (info.lo_flags & LO_FLAGS_DIRECT_IO) != 0,
      .autoclear = (info.lo_flags & LO_FLAGS_AUTOCLEAR) != 0,
  };
}

absl::StatusOr<LoopStatus> ReadStatus(const SystemCalls& calls, int device,
                                      const std::string& path) {
  loop_info64 info = {};
  RETURN_IF_ERROR(calls.Run("ioctl(LOOP_GET_STATUS64)", path, [&] {
    return ioctl(device, LOOP_GET_STATUS64, &info);
  }));
  return FromKernel(info);
}

}  // namespace

absl::StatusOr<int> LinuxLoopDevices::FindFree() {
  ASSIGN_OR_RETURN(const UniqueFd control, OpenPath(calls_, kControl, O_RDWR));
  const CallResult number = calls_.Call("ioctl(LOOP_CTL_GET_FREE)", [&] {
    return ioctl(control.get(), LOOP_CTL_GET_FREE);
  });
  if (!number.ok()) {
    return ErrnoError("ioctl(LOOP_CTL_GET_FREE)", kControl, number.error);
  }
  return static_cast<int>(number.value);
}

absl::Status LinuxLoopDevices::Add(int number) {
  ASSIGN_OR_RETURN(const UniqueFd control, OpenPath(calls_, kControl, O_RDWR));
  const CallResult added = calls_.Call("ioctl(LOOP_CTL_ADD)", [&] {
    return ioctl(control.get(), LOOP_CTL_ADD, number);
  });
  if (!added.ok() && added.error != EEXIST) {
    return ErrnoError("ioctl(LOOP_CTL_ADD)", LoopPath(number), added.error);
  }
  return EnsureNode(number);
}

absl::Status LinuxLoopDevices::Remove(int number) {
  ASSIGN_OR_RETURN(const UniqueFd control, OpenPath(calls_, kControl, O_RDWR));
  return calls_.Run("ioctl(LOOP_CTL_REMOVE)", LoopPath(number), [&] {
    return ioctl(control.get(), LOOP_CTL_REMOVE, number);
  });
}

// In a container whose /dev is not a devtmpfs nobody makes the node.
absl::Status LinuxLoopDevices::EnsureNode(int number) {
  const std::string path = LoopPath(number);
  const CallResult found =
      calls_.Call("access", [&] { return access(path.c_str(), F_OK); });
  if (found.ok()) return absl::OkStatus();
  if (found.error != ENOENT) return ErrnoError("access", path, found.error);
  // Asked of sysfs: with the module's max_part the minor is not the number.
  const std::string sys_path = SysPath(number, "dev");
  ASSIGN_OR_RETURN(const std::string text, ReadToEnd(calls_, sys_path));
  const auto device = ParseDevice(text);
  if (!device) return ErrnoError("parse", sys_path, EINVAL, text);
  const CallResult made = calls_.Call("mknod", [&] {
    return mknod(path.c_str(), S_IFBLK | 0600,
                 makedev(device->major, device->minor));
  });
  if (made.ok() || made.error == EEXIST) return absl::OkStatus();
  return ErrnoError("mknod", path, made.error);
}

absl::Status LinuxLoopDevices::Configure(int number, int backing_fd,
                                         const LoopConfig& config) {
  const std::string path = LoopPath(number);
  if (config.name.size() >= LO_NAME_SIZE) {
    return ErrnoError("ioctl(LOOP_CONFIGURE)", path, ENAMETOOLONG, config.name);
  }
  // A device that is configured through a read-only descriptor is read-only.
  const int mode = config.mode == LoopMode::kReadOnly ? O_RDONLY : O_RDWR;
  ASSIGN_OR_RETURN(const UniqueFd device, OpenPath(calls_, path, mode));
  const loop_config kernel_config = ToKernel(backing_fd, config);
  RETURN_IF_ERROR(calls_.Run("ioctl(LOOP_CONFIGURE)", path, [&] {
    return ioctl(device.get(), LOOP_CONFIGURE, &kernel_config);
  }));
  if (config.mode == LoopMode::kReadOnly) return absl::OkStatus();
  const absl::Status flushes = PassFlushesOn(number);
  if (!flushes.ok()) Detach(number).IgnoreError();
  return flushes;
}

absl::Status LinuxLoopDevices::PassFlushesOn(int number) {
  constexpr absl::string_view kWriteBack = "write back";
  const std::string path = SysPath(number, "queue/write_cache");
  ASSIGN_OR_RETURN(const std::string now, ReadToEnd(calls_, path));
  if (absl::StripSuffix(now, "\n") == kWriteBack) return absl::OkStatus();
  ASSIGN_OR_RETURN(const UniqueFd fd, OpenPath(calls_, path, O_WRONLY));
  const absl::Status written = calls_.Run("write", path, [&] {
    return write(fd.get(), kWriteBack.data(), kWriteBack.size());
  });
  if (!IsErrno(written, EINVAL)) return written;
  // Linux 6.1 refuses it to a read-only device, which 6.18 does not. To one
  // that is written to nobody may refuse it.
  ASSIGN_OR_RETURN(const std::string read_only,
                   ReadToEnd(calls_, SysPath(number, "ro")));
  return read_only == "1\n" ? absl::OkStatus() : written;
}

absl::StatusOr<LoopStatus> LinuxLoopDevices::GetStatus(int number) {
  const std::string path = LoopPath(number);
  ASSIGN_OR_RETURN(const UniqueFd device, OpenPath(calls_, path, O_RDONLY));
  return ReadStatus(calls_, device.get(), path);
}

absl::Status LinuxLoopDevices::Detach(int number) {
  const std::string path = LoopPath(number);
  ASSIGN_OR_RETURN(const UniqueFd device, OpenPath(calls_, path, O_RDONLY));
  return calls_.Run("ioctl(LOOP_CLR_FD)", path,
                    [&] { return ioctl(device.get(), LOOP_CLR_FD); });
}

absl::Status LinuxLoopDevices::UpdateSize(int number) {
  const std::string path = LoopPath(number);
  ASSIGN_OR_RETURN(const UniqueFd device, OpenPath(calls_, path, O_RDONLY));
  return calls_.Run("ioctl(LOOP_SET_CAPACITY)", path,
                    [&] { return ioctl(device.get(), LOOP_SET_CAPACITY); });
}

absl::Status LinuxLoopDevices::SetDiscards(int number, Discards discards) {
  const std::string limit = SysPath(number, "queue/discard_max_bytes");
  ASSIGN_OR_RETURN(const std::string now, ReadToEnd(calls_, limit));
  const bool forbidden = now == "0\n";
  if (forbidden == (discards == Discards::kIgnore)) return absl::OkStatus();
  int64_t bytes = 0;
  if (discards == Discards::kPassOn) {
    ASSIGN_OR_RETURN(
        const std::string most,
        ReadToEnd(calls_, SysPath(number, "queue/discard_max_hw_bytes")));
    if (!absl::SimpleAtoi(most, &bytes)) bytes = 0;
    // The kernel takes whole granules only, and what it can do is not one.
    bytes -= bytes % kDiscardAlignment;
  }
  ASSIGN_OR_RETURN(const UniqueFd fd, OpenPath(calls_, limit, O_WRONLY));
  const std::string wanted = absl::StrCat(bytes);
  return calls_.Run("write", limit, [&] {
    return write(fd.get(), wanted.data(), wanted.size());
  });
}

absl::StatusOr<bool> LinuxLoopDevices::IsClaimed(int number) {
  const auto device = OpenPath(calls_, LoopPath(number), O_RDONLY | O_EXCL);
  if (device.ok()) return false;
  if (IsErrno(device.status(), EBUSY)) return true;
  return device.status();
}

absl::StatusOr<int64_t> LinuxLoopDevices::Size(int number) {
  const std::string path = LoopPath(number);
  ASSIGN_OR_RETURN(const UniqueFd device, OpenPath(calls_, path, O_RDONLY));
  uint64_t bytes = 0;
  RETURN_IF_ERROR(calls_.Run("ioctl(BLKGETSIZE64)", path, [&] {
    return ioctl(device.get(), BLKGETSIZE64, &bytes);
  }));
  return static_cast<int64_t>(bytes);
}

absl::StatusOr<std::vector<int>> LinuxLoopDevices::List() {
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   ListDirectory(calls_, kSysBlock));
  std::vector<int> attached;
  for (const std::string& name : names) {
    const auto number = NumberOf(name);
    if (!number) continue;
    // The attribute exists exactly while a file is bound to the device.
    const std::string backing = SysPath(*number, "loop/backing_file");
    const CallResult found =
        calls_.Call("access", [&] { return access(backing.c_str(), F_OK); });
    if (found.ok()) attached.push_back(*number);
  }
  std::sort(attached.begin(), attached.end());
  return attached;
}

absl::Status LinuxLoopDevices::DetachIf(int number,
                                        const LoopStatus& expected) {
  const std::string path = LoopPath(number);
  ASSIGN_OR_RETURN(const UniqueFd device, OpenPath(calls_, path, O_RDONLY));
  ASSIGN_OR_RETURN(const LoopStatus found,
                   ReadStatus(calls_, device.get(), path));
  if (!IsSameAttachment(found, expected)) {
    return ErrnoError("ioctl(LOOP_CLR_FD)", path, ESTALE, found.name);
  }
  return calls_.Run("ioctl(LOOP_CLR_FD)", path,
                    [&] { return ioctl(device.get(), LOOP_CLR_FD); });
}

}  // namespace holdfast::os
