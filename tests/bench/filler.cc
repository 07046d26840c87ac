#include "tests/bench/filler.h"

#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>

#include "base/status.h"
#include "base/unique_fd.h"
#include "tests/bench/progress.h"

namespace holdfast::bench {
namespace {

constexpr int64_t kBlock = 4096;
constexpr int64_t kChunk = int64_t{1} << 20;
constexpr int64_t kParts = 8;  // of the writes, between two counts

// Aligned, as direct I/O wants it.
using Buffer = std::unique_ptr<void, decltype(&std::free)>;

Buffer NewBuffer() {
  Buffer buffer(std::aligned_alloc(kBlock, kChunk), &std::free);
  std::memset(buffer.get(), 'x', kChunk);
  return buffer;
}

absl::StatusOr<UniqueFd> OpenDirect(const std::string& device) {
  UniqueFd fd(
      open(device.c_str(), O_WRONLY | O_CREAT | O_DIRECT | O_CLOEXEC, 0600));
  if (fd.get() < 0) return ErrnoError("open", device, errno);
  return fd;
}

absl::Status WriteBlock(int fd, const Buffer& buffer, int64_t size,
                        int64_t offset) {
  RETURN_IF_ERROR(CheckInterrupt());
  const ssize_t written =
      pwrite(fd, buffer.get(), static_cast<size_t>(size), offset);
  return written == size ? absl::OkStatus() : ErrnoError("pwrite", "", errno);
}

}  // namespace

absl::Status WriteThrough(const std::string& path, int64_t bytes) {
  ASSIGN_OR_RETURN(const UniqueFd fd, OpenDirect(path));
  const Buffer buffer = NewBuffer();
  for (int64_t at = 0; at < bytes; at += kChunk) {
    RETURN_IF_ERROR(
        WriteBlock(fd.get(), buffer, std::min(kChunk, bytes - at), at));
  }
  return absl::OkStatus();
}

absl::Status Fragment(const FragmentSpec& spec) {
  ASSIGN_OR_RETURN(const UniqueFd fd, OpenDirect(spec.device));
  const Buffer buffer = NewBuffer();
  std::mt19937_64 random(spec.seed);
  const int64_t blocks = spec.bytes / kBlock;
  const int64_t part = std::max<int64_t>(spec.extents / kParts, 1);
  for (int64_t written = 0; written < blocks;) {
    for (int64_t i = 0; i < part; ++i, ++written) {
      const int64_t block =
          static_cast<int64_t>(random() % static_cast<uint64_t>(blocks));
      RETURN_IF_ERROR(WriteBlock(fd.get(), buffer, kBlock, block * kBlock));
    }
    ASSIGN_OR_RETURN(const int64_t extents, CountExtents(spec.data_file));
    if (extents >= spec.extents) return absl::OkStatus();
  }
  return absl::DeadlineExceededError(spec.data_file +
                                     " does not get so many extents");
}

absl::StatusOr<int64_t> CountExtents(const std::string& file) {
  const UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return ErrnoError("open", file, errno);
  fiemap map = {};  // room for none: they are only counted
  map.fm_length = FIEMAP_MAX_OFFSET;
  map.fm_flags = FIEMAP_FLAG_SYNC;
  if (ioctl(fd.get(), FS_IOC_FIEMAP, &map) != 0) {
    return ErrnoError("FS_IOC_FIEMAP", file, errno);
  }
  return static_cast<int64_t>(map.fm_mapped_extents);
}

}  // namespace holdfast::bench
