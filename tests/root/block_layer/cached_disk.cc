#include "tests/root/block_layer/cached_disk.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "base/unique_fd.h"
#include "tests/root/block_layer/disk_files.h"

namespace holdfast::root {
namespace {

constexpr absl::Duration kEndTime = absl::Seconds(30);
constexpr size_t kMostCountsBytes = 256;

absl::StatusOr<UniqueFd> MountFuse(const std::string& mount_point) {
  UniqueFd fuse(open("/dev/fuse", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!fuse.valid()) return ErrnoError("open", "/dev/fuse", errno);
  const std::string options =
      absl::StrCat("fd=", fuse.get(), ",rootmode=40000,user_id=0,group_id=0");
  if (mount("cached_disk", mount_point.c_str(), "fuse", MS_NOATIME,
            options.c_str()) != 0) {
    return ErrnoError("mount", mount_point, errno);
  }
  return fuse;
}

}  // namespace

absl::StatusOr<CachedDisk> CachedDisk::Start(const std::string& medium,
                                             const std::string& mount_point) {
  std::filesystem::create_directories(mount_point);
  ASSIGN_OR_RETURN(const UniqueFd fuse, MountFuse(mount_point));
  ASSIGN_OR_RETURN(
      Process process,
      Process::Start({.argv = {SiblingProgram("holdfast_cached_disk"), medium},
                      .output = mount_point + ".log",
                      .input_fd = fuse.get()}));
  return CachedDisk(mount_point, std::move(process));
}

std::string CachedDisk::file() const {
  return absl::StrCat(mount_point_, "/", kDiskName);
}

absl::Status CachedDisk::Cut(const CutSpec& spec, const std::string& image) {
  const std::string control = absl::StrCat(mount_point_, "/", kControlName);
  const UniqueFd fd(open(control.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoError("open", control, errno);
  const std::string order = CutOrder(spec, image);
  if (write(fd.get(), order.data(), order.size()) < 0) {
    return ErrnoError("cut", image, errno);
  }
  return absl::OkStatus();
}

absl::StatusOr<CacheCounts> CachedDisk::Counts() const {
  const std::string control = absl::StrCat(mount_point_, "/", kControlName);
  const UniqueFd fd(open(control.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoError("open", control, errno);
  std::string text(kMostCountsBytes, '\0');
  const ssize_t n = read(fd.get(), text.data(), text.size());
  if (n < 0) return ErrnoError("read", control, errno);
  return ParseCounts(text.substr(0, static_cast<size_t>(n)));
}

absl::Status CachedDisk::Stop() {
  if (umount2(mount_point_.c_str(), UMOUNT_NOFOLLOW) != 0) {
    return ErrnoError("umount", mount_point_, errno);
  }
  ASSIGN_OR_RETURN(const int status, process_.Wait(absl::Now() + kEndTime));
  if (status == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("the disk ended with wait status ", status));
}

}  // namespace holdfast::root
