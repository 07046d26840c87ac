#include "tests/root/full_pool/writing.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/unique_fd.h"
#include "tests/root/fixture/volume_io.h"

namespace holdfast::root {
namespace {

constexpr size_t kThreads = 2;
constexpr size_t kAlignment = 4096;

// Memory that O_DIRECT takes.
class Buffer {
 public:
  Buffer(size_t size, uint64_t seed)
      : data_(static_cast<char*>(std::aligned_alloc(kAlignment, size)),
              &std::free) {
    std::memcpy(data_.get(), Bytes(seed, size).data(), size);
  }
  // Makes it different from what was written before.
  void Stamp(int64_t number) {
    std::memcpy(data_.get(), &number, sizeof number);
  }
  const char* data() const { return data_.get(); }

 private:
  std::unique_ptr<char, decltype(&std::free)> data_;
};

std::vector<int64_t> Offsets(const Writing& writing) {
  std::vector<int64_t> offsets(
      static_cast<size_t>(writing.bytes / writing.block_bytes));
  std::iota(offsets.begin(), offsets.end(), 0);
  for (int64_t& offset : offsets) offset *= writing.block_bytes;
  if (writing.order == Order::kRandom) {
    std::shuffle(offsets.begin(), offsets.end(),
                 std::mt19937_64(writing.seed + 1));
  }
  return offsets;
}

absl::Status WriteOne(int fd, const Writing& writing, const Buffer& buffer,
                      int64_t offset) {
  const auto size = static_cast<size_t>(writing.block_bytes);
  const ssize_t n = pwrite(fd, buffer.data(), size, offset);
  if (n < 0) {
    return ErrnoError("pwrite", absl::StrCat(writing.path, " at ", offset),
                      errno);
  }
  return static_cast<size_t>(n) == size
             ? absl::OkStatus()
             : absl::InternalError("a short write to " + writing.path);
}

// Every kThreads-th of the offsets, from `first` on.
absl::Status WritePart(const Writing& writing,
                       const std::vector<int64_t>& offsets, size_t first) {
  const int direct = writing.cache == Cache::kDirect ? O_DIRECT : 0;
  const UniqueFd fd(
      open(writing.path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | direct, 0600));
  if (!fd.valid()) return ErrnoError("open", writing.path, errno);
  Buffer buffer(static_cast<size_t>(writing.block_bytes), writing.seed);
  for (size_t i = first; i < offsets.size(); i += kThreads) {
    buffer.Stamp(offsets[i] + static_cast<int64_t>(writing.seed));
    RETURN_IF_ERROR(WriteOne(fd.get(), writing, buffer, offsets[i]));
  }
  if (fsync(fd.get()) != 0) return ErrnoError("fsync", writing.path, errno);
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteAll(const std::vector<Writing>& writings) {
  std::vector<absl::Status> statuses(writings.size() * kThreads);
  std::vector<std::jthread> threads;
  for (size_t i = 0; i < writings.size(); ++i) {
    const auto offsets =
        std::make_shared<std::vector<int64_t>>(Offsets(writings[i]));
    for (size_t part = 0; part < kThreads; ++part) {
      threads.emplace_back([&, i, part, offsets] {
        statuses[i * kThreads + part] = WritePart(writings[i], *offsets, part);
      });
    }
  }
  threads.clear();  // waits for them
  for (absl::Status& status : statuses) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

}  // namespace holdfast::root
