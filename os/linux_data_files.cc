#include "os/linux_data_files.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "os/linux_files.h"

namespace holdfast::os {
namespace {

// Holds any record of ours (at most 8 KiB); what is larger is read again.
constexpr size_t kUsualAttributeBytes = 8 * 1024;

}  // namespace

absl::Status LinuxDataFiles::Clone(int to, int from) {
  const CallResult result =
      calls_.Call("ioctl(FICLONE)", [&] { return ioctl(to, FICLONE, from); });
  if (result.ok()) return absl::OkStatus();
  return ErrnoError("ioctl(FICLONE)",
                    absl::StrCat(FdName(from), " to ", FdName(to)),
                    result.error);
}

absl::Status LinuxDataFiles::Truncate(int fd, int64_t size_bytes) {
  return calls_.Run("ftruncate", fd, [&] { return ftruncate(fd, size_bytes); });
}

absl::Status LinuxDataFiles::Allocate(int fd, int64_t size_bytes) {
  return calls_.Run("fallocate", fd,
                    [&] { return fallocate(fd, 0, 0, size_bytes); });
}

absl::Status LinuxDataFiles::AllocateOwn(int fd, int64_t size_bytes) {
  RETURN_IF_ERROR(Allocate(fd, size_bytes));
  const absl::Status unshared = calls_.Run("fallocate(UNSHARE_RANGE)", fd, [&] {
    return fallocate(fd, FALLOC_FL_UNSHARE_RANGE, 0, size_bytes);
  });
  // File systems that share no blocks do not know the flag: ext4, where the
  // image of a pool may lie.
  return IsErrno(unshared, EOPNOTSUPP) ? absl::OkStatus() : unshared;
}

absl::Status LinuxDataFiles::Sync(int fd) {
  return calls_.Run("fsync", fd, [&] { return fsync(fd); });
}

absl::Status LinuxDataFiles::SetExtentHints(int fd, const ExtentHints& hints) {
  fsxattr attributes = {};
  RETURN_IF_ERROR(calls_.Run("ioctl(FS_IOC_FSGETXATTR)", fd, [&] {
    return ioctl(fd, FS_IOC_FSGETXATTR, &attributes);
  }));
  if (hints.extent_bytes != 0) {
    attributes.fsx_xflags |= FS_XFLAG_EXTSIZE;
    attributes.fsx_extsize = hints.extent_bytes;
  }
  if (hints.cow_bytes != 0) {
    attributes.fsx_xflags |= FS_XFLAG_COWEXTSIZE;
    attributes.fsx_cowextsize = hints.cow_bytes;
  }
  return calls_.Run("ioctl(FS_IOC_FSSETXATTR)", fd,
                    [&] { return ioctl(fd, FS_IOC_FSSETXATTR, &attributes); });
}

absl::Status LinuxDataFiles::SetAttribute(int fd, const std::string& name,
                                          const std::string& value) {
  return calls_.Run("fsetxattr", fd, [&] {
    return fsetxattr(fd, name.c_str(), value.data(), value.size(), 0);
  });
}

absl::StatusOr<std::string> LinuxDataFiles::GetAttribute(
    const std::string& path, const std::string& name) {
  // By path: a descriptor of ours would make the file look open.
  const auto read = [&](std::string& buffer) {
    return calls_.Call("lgetxattr", [&] {
      return lgetxattr(path.c_str(), name.c_str(), buffer.data(),
                       buffer.size());
    });
  };
  std::string value(kUsualAttributeBytes, '\0');
  CallResult got = read(value);
  if (got.error == ERANGE) {
    value.resize(XATTR_SIZE_MAX);
    got = read(value);
  }
  if (!got.ok()) return ErrnoError("lgetxattr", path, got.error, name);
  value.resize(static_cast<size_t>(got.value));
  return value;
}

absl::StatusOr<FileInfo> LinuxDataFiles::Stat(int fd) {
  struct statx data = {};
  RETURN_IF_ERROR(calls_.Run("statx", fd, [&] {
    return statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &data);
  }));
  return ToFileInfo(data);
}

absl::StatusOr<bool> LinuxDataFiles::IsBlank(int fd) {
  const CallResult data =
      calls_.Call("lseek(SEEK_DATA)", [&] { return lseek(fd, 0, SEEK_DATA); });
  if (data.ok()) return false;
  if (data.error == ENXIO) return true;
  return ErrnoError("lseek(SEEK_DATA)", FdName(fd), data.error);
}

absl::StatusOr<bool> LinuxDataFiles::IsOpenElsewhere(int fd) {
  const CallResult lease = calls_.Call(
      "fcntl(F_SETLEASE)", [&] { return fcntl(fd, F_SETLEASE, F_WRLCK); });
  // fcntl(2): "EAGAIN" while another open file description refers to the file.
  if (lease.error == EAGAIN) return true;
  if (!lease.ok()) {
    return ErrnoError("fcntl(F_SETLEASE)", FdName(fd), lease.error);
  }
  RETURN_IF_ERROR(calls_.Run("fcntl(F_SETLEASE)", fd,
                             [&] { return fcntl(fd, F_SETLEASE, F_UNLCK); }));
  return false;
}

absl::Status LinuxDataFiles::Lock(int fd) {
  return calls_.Run("flock", fd, [&] { return flock(fd, LOCK_EX | LOCK_NB); });
}

}  // namespace holdfast::os
