#include "tests/root/block_layer/write_cache.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/status.h"

namespace holdfast::root {

absl::StatusOr<int64_t> WriteCache::Size() const {
  const off_t size = lseek(medium_.get(), 0, SEEK_END);
  if (size < 0) return ErrnoError("lseek", "the medium", errno);
  return size;
}

void WriteCache::Write(int64_t offset, std::string bytes) {
  const auto size = static_cast<int64_t>(bytes.size());
  Add({.offset = offset, .size = size, .bytes = std::move(bytes)});
}

void WriteCache::WriteZeros(int64_t offset, int64_t size) {
  Add({.offset = offset, .size = size});
}

void WriteCache::Add(CachedWrite write) {
  cached_.push_back(std::move(write));
  ++counts_.writes;
}

absl::StatusOr<std::string> WriteCache::Read(int64_t offset,
                                             int64_t size) const {
  std::string bytes(static_cast<size_t>(size), '\0');
  if (pread(medium_.get(), bytes.data(), bytes.size(), offset) < 0) {
    return ErrnoError("pread", "the medium", errno);
  }
  for (const CachedWrite& write : cached_) {
    const int64_t from = std::max(offset, write.offset);
    const int64_t end = std::min(offset + size, write.offset + write.size);
    if (from >= end) continue;
    const auto at = static_cast<size_t>(from - offset);
    const auto length = static_cast<size_t>(end - from);
    if (write.bytes.empty()) {
      bytes.replace(at, length, length, '\0');
    } else {
      bytes.replace(at, length, write.bytes,
                    static_cast<size_t>(from - write.offset), length);
    }
  }
  return bytes;
}

absl::Status WriteCache::Flush(int64_t written) {
  ++counts_.flushes;
  const int64_t durable = counts_.writes - static_cast<int64_t>(cached_.size());
  for (int64_t i = durable; i < written; ++i) {
    const CachedWrite& oldest = cached_.front();
    RETURN_IF_ERROR(Apply(medium_.get(), oldest, {.size = oldest.size}));
    cached_.pop_front();
  }
  return absl::OkStatus();
}

absl::Status WriteCache::Cut(const CutSpec& spec, const std::string& image) {
  counts_.at_stake += static_cast<int64_t>(cached_.size());
  const UniqueFd file(
      open(image.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.valid()) return ErrnoError("open", image, errno);
  if (ioctl(file.get(), FICLONE, medium_.get()) != 0) {
    return ErrnoError("FICLONE", image, errno);
  }
  std::vector<int64_t> sizes;
  for (const CachedWrite& write : cached_) sizes.push_back(write.size);
  for (const Piece& piece : Survivors(sizes, spec)) {
    RETURN_IF_ERROR(Apply(file.get(), cached_[piece.write], piece));
  }
  return absl::OkStatus();
}

CacheCounts WriteCache::counts() const {
  CacheCounts counts = counts_;
  counts.cached = static_cast<int64_t>(cached_.size());
  return counts;
}

absl::Status WriteCache::Apply(int file, const CachedWrite& write,
                               const Piece& piece) {
  const int64_t offset = write.offset + piece.from;
  if (write.bytes.empty()) {
    if (fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset,
                  piece.size) == 0) {
      return absl::OkStatus();
    }
    return ErrnoError("fallocate", "the medium", errno);
  }
  const char* bytes = write.bytes.data() + piece.from;
  for (int64_t done = 0; done < piece.size;) {
    const ssize_t n =
        pwrite(file, bytes + done, static_cast<size_t>(piece.size - done),
               offset + done);
    if (n < 0) return ErrnoError("pwrite", "the medium", errno);
    done += n;
  }
  return absl::OkStatus();
}

}  // namespace holdfast::root
