#include "os/linux_files.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "os/linux_btrfs.h"

namespace holdfast::os {
namespace {

// struct xfs_fs_eofblocks of the kernel's fs/xfs/libxfs/xfs_fs.h, which no
// header of the C library or the kernel's user API has.
struct XfsFreeEofBlocks {
  uint32_t version = 1;
  uint32_t flags = 0;
  uint32_t unused[4] = {};  // whose files, had flags asked for it
  uint64_t unused_bytes[13] = {};
};
constexpr uint32_t kXfsEofFlagsSync = 1;
constexpr unsigned long kFreeEofBlocks = _IOR('X', 58, XfsFreeEofBlocks);

int FlagsOf(OpenMode mode) {
  switch (mode) {
    case OpenMode::kReadOnly:
      return O_RDONLY;
    case OpenMode::kReadWrite:
      return O_RDWR;
    case OpenMode::kDirectory:
      return O_RDONLY | O_DIRECTORY;
  }
  return O_RDONLY;
}

FileKind KindOf(uint32_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return FileKind::kRegular;
    case S_IFDIR:
      return FileKind::kDirectory;
    case S_IFLNK:
      return FileKind::kSymlink;
    case S_IFBLK:
      return FileKind::kBlockDevice;
    default:
      return FileKind::kOther;
  }
}

std::string TypeOf(uint64_t magic) {
  switch (magic) {
    case XFS_SUPER_MAGIC:
      return "xfs";
    case EXT4_SUPER_MAGIC:  // ext2 and ext3 have the same
      return "ext4";
    case BTRFS_SUPER_MAGIC:
      return "btrfs";
    default:
      return absl::StrCat("0x", absl::Hex(magic));
  }
}

FileSystemUsage ToUsage(const struct statfs& data) {
  // Blocks are counted in f_frsize; a file system that leaves it zero means
  // f_bsize.
  const int64_t unit = data.f_frsize != 0 ? data.f_frsize : data.f_bsize;
  const auto bytes = [unit](uint64_t blocks) {
    return static_cast<int64_t>(blocks) * unit;
  };
  return {
      .total_bytes = bytes(data.f_blocks),
      .available_bytes = bytes(data.f_bavail),
      .used_bytes = bytes(data.f_blocks - data.f_bfree),
      .total_inodes = static_cast<int64_t>(data.f_files),
      .available_inodes = static_cast<int64_t>(data.f_ffree),
      .read_only = (data.f_flags & ST_RDONLY) != 0,
      .type = TypeOf(static_cast<uint32_t>(data.f_type)),
  };
}

}  // namespace

FileInfo ToFileInfo(const struct statx& data) {
  return {
      .kind = KindOf(data.stx_mode),
      .inode = data.stx_ino,
      .size_bytes = static_cast<int64_t>(data.stx_size),
      .allocated_bytes = static_cast<int64_t>(data.stx_blocks) * 512,
      .modified = absl::FromUnixSeconds(data.stx_mtime.tv_sec) +
                  absl::Nanoseconds(data.stx_mtime.tv_nsec),
      .file_system = {data.stx_dev_major, data.stx_dev_minor},
      .device = {data.stx_rdev_major, data.stx_rdev_minor},
      .is_mount_root = (data.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0,
  };
}

absl::StatusOr<UniqueFd> LinuxFiles::Open(const std::string& path,
                                          OpenMode mode) {
  return OpenPath(calls_, path, FlagsOf(mode) | O_NOFOLLOW);
}

absl::StatusOr<UniqueFd> LinuxFiles::Create(const std::string& path) {
  return calls_.Open("open(O_CREAT)", path, [&] {
    return open(path.c_str(),
                O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  });
}

absl::StatusOr<UniqueFd> LinuxFiles::CreateUnnamed(
    const std::string& directory) {
  return calls_.Open("open(O_TMPFILE)", directory, [&] {
    return open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  });
}

absl::Status LinuxFiles::Link(int fd, const std::string& path) {
  // Not AT_EMPTY_PATH: until kernel 6.10 it wants CAP_DAC_READ_SEARCH. The way
  // through /proc wants nothing (open(2), O_TMPFILE).
  const std::string link = absl::StrCat("/proc/self/fd/", fd);
  return calls_.Run("linkat", path, [&] {
    return linkat(AT_FDCWD, link.c_str(), AT_FDCWD, path.c_str(),
                  AT_SYMLINK_FOLLOW);
  });
}

absl::Status LinuxFiles::Rename(const std::string& from,
                                const std::string& to) {
  return calls_.Run("renameat2", absl::StrCat(from, " to ", to), [&] {
    return renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(),
                     RENAME_NOREPLACE);
  });
}

absl::Status LinuxFiles::Replace(const std::string& from,
                                 const std::string& to) {
  return calls_.Run("rename", absl::StrCat(from, " to ", to),
                    [&] { return rename(from.c_str(), to.c_str()); });
}

absl::Status LinuxFiles::Unlink(const std::string& path) {
  return calls_.Run("unlink", path, [&] { return unlink(path.c_str()); });
}

absl::Status LinuxFiles::MakeDirectory(const std::string& path) {
  return calls_.Run("mkdir", path, [&] { return mkdir(path.c_str(), 0750); });
}

absl::Status LinuxFiles::RemoveDirectory(const std::string& path) {
  return calls_.Run("rmdir", path, [&] { return rmdir(path.c_str()); });
}

absl::Status LinuxFiles::SyncDirectory(const std::string& directory) {
  ASSIGN_OR_RETURN(const UniqueFd fd, Open(directory, OpenMode::kDirectory));
  return calls_.Run("fsync", directory, [&] { return fsync(fd.get()); });
}

absl::Status LinuxFiles::FreeTakenAhead(const std::string& directory) {
  ASSIGN_OR_RETURN(const UniqueFd fd, Open(directory, OpenMode::kDirectory));
  // The kernel leaves alone what is dirty, which is so on loop devices without
  // direct I/O.
  RETURN_IF_ERROR(
      calls_.Run("syncfs", directory, [&] { return syncfs(fd.get()); }));
  XfsFreeEofBlocks request;
  request.flags = kXfsEofFlagsSync;
  const auto free_blocks = [&] {
    return calls_.Run("ioctl(XFS_IOC_FREE_EOFBLOCKS)", directory, [&] {
      return ioctl(fd.get(), kFreeEofBlocks, &request);
    });
  };
  // It ends with a wait for what was unlinked. Until then writers still found
  // it shared and took ahead: that is freed by the second one.
  absl::Status freed = free_blocks();
  if (freed.ok()) freed = free_blocks();
  const bool is_unknown = IsErrno(freed, ENOTTY) || IsErrno(freed, EOPNOTSUPP);
  return is_unknown ? absl::OkStatus() : freed;
}

absl::StatusOr<FileInfo> LinuxFiles::Stat(const std::string& path) {
  struct statx data = {};
  RETURN_IF_ERROR(calls_.Run("statx", path, [&] {
    return statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
                 STATX_BASIC_STATS, &data);
  }));
  FileInfo info = ToFileInfo(data);
  if (info.is_mount_root && info.kind == FileKind::kDirectory) {
    info.file_system = DeviceUnder(calls_, path, info.file_system);
  }
  return info;
}

absl::StatusOr<FileSystemUsage> LinuxFiles::StatFileSystem(
    const std::string& path) {
  // statfs(2) would follow a symlink. O_PATH neither does, nor counts as an
  // open that breaks a lease.
  ASSIGN_OR_RETURN(const UniqueFd fd,
                   OpenPath(calls_, path, O_PATH | O_NOFOLLOW));
  struct statfs data = {};
  RETURN_IF_ERROR(
      calls_.Run("fstatfs", path, [&] { return fstatfs(fd.get(), &data); }));
  return ToUsage(data);
}

absl::StatusOr<std::vector<std::string>> LinuxFiles::List(
    const std::string& directory) {
  return ListDirectory(calls_, directory);
}

absl::StatusOr<std::string> LinuxFiles::ReadFile(const std::string& path) {
  return ReadToEnd(calls_, path);
}

absl::Status LinuxFiles::WriteAll(int fd, const std::string& data) {
  size_t done = 0;
  while (done < data.size()) {
    const CallResult put = calls_.Call("pwrite", [&] {
      return pwrite(fd, data.data() + done, data.size() - done,
                    static_cast<off_t>(done));
    });
    if (!put.ok()) return ErrnoError("pwrite", FdName(fd), put.error);
    done += static_cast<size_t>(put.value);
  }
  return absl::OkStatus();
}

}  // namespace holdfast::os
