#include "os/linux_file_systems.h"

#include <blkid.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "os/btrfs_superblock.h"
#include "os/ext4_superblock.h"
#include "os/linux_xfs.h"
#include "os/xfs_superblock.h"

// From the kernel's ext4.h, which it does not give to programs.
#define HOLDFAST_EXT4_IOC_RESIZE_FS _IOW('f', 16, uint64_t)

namespace holdfast::os {
namespace {

struct ProbeFree {
  void operator()(blkid_probe probe) const { blkid_free_probe(probe); }
};
using ProbePointer =
    std::unique_ptr<std::remove_pointer_t<blkid_probe>, ProbeFree>;

// What blkid_do_safeprobe answers (libblkid manual).
constexpr int kFound = 0;
constexpr int kNothing = 1;
constexpr int kAmbivalent = -2;

std::string Value(blkid_probe probe, const char* name) {
  const char* value = nullptr;
  if (blkid_probe_lookup_value(probe, name, &value, nullptr) != 0) return "";
  return value;
}

// libblkid on a descriptor of ours: one open, nothing cached, udev not asked.
absl::StatusOr<ProbePointer> NewProbe(int fd, const std::string& path) {
  ProbePointer probe(blkid_new_probe());
  if (probe == nullptr) return ErrnoError("blkid_new_probe", path, ENOMEM);
  const CallResult set = TakeErrno([&] {
    errno = 0;
    return blkid_probe_set_device(probe.get(), fd, 0, 0);
  });
  if (!set.ok()) {
    return ErrnoError("blkid_probe_set_device", path, set.error);
  }
  blkid_probe_enable_superblocks(probe.get(), 1);
  blkid_probe_set_superblocks_flags(probe.get(),
                                    BLKID_SUBLKS_TYPE | BLKID_SUBLKS_UUID);
  return probe;
}

bool IsExt(absl::string_view type) {
  return type == "ext2" || type == "ext3" || type == "ext4";
}

struct Range {
  int64_t offset = 0;
  size_t bytes = 0;
};

absl::StatusOr<std::string> ReadRange(const SystemCalls& calls, int fd,
                                      const std::string& path,
                                      const Range& range) {
  std::string bytes(range.bytes, '\0');
  const CallResult got = calls.Call("pread", [&] {
    return pread(fd, bytes.data(), bytes.size(), range.offset);
  });
  if (!got.ok()) return ErrnoError("pread", path, got.error);
  bytes.resize(static_cast<size_t>(got.value));
  return bytes;
}

absl::Status NotParsed(const std::string& path) {
  return ErrnoError("read superblock of", path, EUCLEAN, "not one of its type");
}

absl::StatusOr<Ext4Superblock> ReadExt4(const SystemCalls& calls, int fd,
                                        const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes,
                   ReadRange(calls, fd, path,
                             {kExt4SuperblockOffset, kExt4SuperblockBytes}));
  const auto parsed = ParseExt4Superblock(bytes);
  if (!parsed) return NotParsed(path);
  return *parsed;
}

// A descriptor on which the kernel takes calls about the file system that `fd`
// is on. Mounts are O_PATH descriptors, which it answers EBADF; the directory
// that such a mount shows can be opened through it. Invalid if `fd` itself
// will do.
absl::StatusOr<UniqueFd> OpenIfMount(const SystemCalls& calls, int fd) {
  const CallResult flags =
      calls.Call("fcntl(F_GETFL)", [&] { return fcntl(fd, F_GETFL); });
  if (!flags.ok()) return ErrnoError("fcntl(F_GETFL)", FdName(fd), flags.error);
  if ((flags.value & O_PATH) == 0) return UniqueFd();
  return calls.Open("openat", FdName(fd), [&] {
    return openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  });
}

}  // namespace

absl::StatusOr<Superblock> LinuxFileSystems::Probe(const std::string& path) {
  ASSIGN_OR_RETURN(const UniqueFd fd, OpenPath(calls_, path, O_RDONLY));
  ASSIGN_OR_RETURN(const ProbePointer probe, NewProbe(fd.get(), path));
  // Volumes hold file systems and nothing else. Members of RAID sets are told
  // by what stands at the end of a device, which is where the user of a file
  // system can come to write.
  blkid_probe_filter_superblocks_usage(probe.get(), BLKID_FLTR_ONLYIN,
                                       BLKID_USAGE_FILESYSTEM);
  return Ask(probe.get(), fd.get(), path);
}

absl::StatusOr<Superblock> LinuxFileSystems::ProbeFor(
    const std::string& path, const std::string& fs_type) {
  ASSIGN_OR_RETURN(const UniqueFd fd, OpenPath(calls_, path, O_RDONLY));
  ASSIGN_OR_RETURN(const ProbePointer probe, NewProbe(fd.get(), path));
  std::string name = fs_type;
  char* names[] = {name.data(), nullptr};
  blkid_probe_filter_superblocks_type(probe.get(), BLKID_FLTR_ONLYIN, names);
  return Ask(probe.get(), fd.get(), path);
}

absl::StatusOr<Superblock> LinuxFileSystems::Ask(
    blkid_probe probe, int fd, const std::string& path) const {
  int answer = 0;
  const CallResult read = calls_.Call("blkid_do_safeprobe", [&] {
    errno = 0;
    answer = blkid_do_safeprobe(probe);
    return answer == kAmbivalent ? kFound : answer;
  });
  if (answer == kAmbivalent) {
    return ErrnoError("probe", path, EUCLEAN,
                      "it holds signatures of several file systems");
  }
  if (answer == kNothing) return Superblock{};
  if (answer != kFound) {
    return ErrnoError("probe", path, read.error != 0 ? read.error : EIO);
  }
  Superblock found{.type = Value(probe, "TYPE"), .uuid = Value(probe, "UUID")};
  RETURN_IF_ERROR(AddFacts(fd, path, found));
  return found;
}

absl::StatusOr<bool> LinuxFileSystems::EndsAreZero(const std::string& path,
                                                   int64_t bytes) {
  ASSIGN_OR_RETURN(const UniqueFd fd, OpenPath(calls_, path, O_RDONLY));
  const CallResult size =
      calls_.Call("lseek", [&] { return lseek(fd.get(), 0, SEEK_END); });
  if (!size.ok()) return ErrnoError("lseek", path, size.error);
  const int64_t end = size.value;
  const auto length = static_cast<size_t>(std::min(bytes, end));
  for (const int64_t offset : {int64_t{0}, std::max<int64_t>(0, end - bytes)}) {
    ASSIGN_OR_RETURN(const std::string read,
                     ReadRange(calls_, fd.get(), path, {offset, length}));
    if (read.size() != length) return ErrnoError("pread", path, EIO);
    if (read.find_first_not_of('\0') != std::string::npos) return false;
  }
  return true;
}

absl::Status LinuxFileSystems::AddFacts(int fd, const std::string& path,
                                        Superblock& superblock) const {
  if (IsExt(superblock.type)) {
    ASSIGN_OR_RETURN(const auto ext4, ReadExt4(calls_, fd, path));
    superblock.size_bytes = ext4.size_bytes;
    superblock.has_errors = ext4.has_errors;
  } else if (superblock.type == "xfs") {
    ASSIGN_OR_RETURN(const std::string bytes,
                     ReadRange(calls_, fd, path, {0, kXfsSuperblockBytes}));
    const auto xfs = ParseXfsSuperblock(bytes);
    if (!xfs) return NotParsed(path);
    superblock.size_bytes = xfs->size_bytes;
    superblock.has_errors = xfs->needs_repair;
  } else if (superblock.type == "btrfs") {
    ASSIGN_OR_RETURN(
        const std::string bytes,
        ReadRange(calls_, fd, path,
                  {kBtrfsSuperblockOffset, kBtrfsSuperblockBytes}));
    const auto size_bytes = ParseBtrfsSize(bytes);
    if (!size_bytes) return NotParsed(path);
    superblock.size_bytes = *size_bytes;
  }
  return absl::OkStatus();
}

absl::Status LinuxFileSystems::Sync(int fd) {
  ASSIGN_OR_RETURN(const UniqueFd root, OpenIfMount(calls_, fd));
  const int target = root.valid() ? root.get() : fd;
  return calls_.Run("syncfs", target, [&] { return syncfs(target); });
}

absl::Status LinuxFileSystems::Grow(int fd, const std::string& fs_type,
                                    int64_t size_bytes) {
  ASSIGN_OR_RETURN(const UniqueFd root, OpenIfMount(calls_, fd));
  const int target = root.valid() ? root.get() : fd;
  if (IsExt(fs_type)) return GrowExt4(target, size_bytes);
  if (fs_type == "xfs") return GrowXfs(calls_, target, size_bytes);
  if (fs_type == "btrfs") return GrowBtrfs(target);
  return ErrnoError("grow", absl::StrCat(fs_type, " at ", FdName(fd)),
                    EOPNOTSUPP);
}

// "max" is all of the device, so it cannot shrink.
absl::Status LinuxFileSystems::GrowBtrfs(int fd) {
  btrfs_ioctl_vol_args wanted = {};
  std::strcpy(wanted.name, "max");
  return calls_.Run("ioctl(BTRFS_IOC_RESIZE)", fd,
                    [&] { return ioctl(fd, BTRFS_IOC_RESIZE, &wanted); });
}

absl::Status LinuxFileSystems::GrowExt4(int fd, int64_t size_bytes) {
  struct statfs usage = {};
  RETURN_IF_ERROR(
      calls_.Run("fstatfs", fd, [&] { return fstatfs(fd, &usage); }));
  const uint64_t blocks = static_cast<uint64_t>(size_bytes / usage.f_bsize);
  const absl::Status grown = calls_.Run("ioctl(EXT4_IOC_RESIZE_FS)", fd, [&] {
    return ioctl(fd, HOLDFAST_EXT4_IOC_RESIZE_FS, &blocks);
  });
  // The kernel asks for the capability before it looks whether there is
  // anything to do.
  if (!IsErrno(grown, EPERM)) return grown;
  const auto size = MountedExt4Size(fd);
  const bool done =
      size.ok() && *size == static_cast<int64_t>(blocks) * usage.f_bsize;
  return done ? absl::OkStatus() : grown;
}

absl::StatusOr<int64_t> LinuxFileSystems::MountedExt4Size(int fd) {
  ASSIGN_OR_RETURN(const std::string path, DevicePathUnder(calls_, fd));
  ASSIGN_OR_RETURN(const UniqueFd device, OpenPath(calls_, path, O_RDONLY));
  ASSIGN_OR_RETURN(const auto ext4, ReadExt4(calls_, device.get(), path));
  return ext4.size_bytes;
}

}  // namespace holdfast::os
