// The kernel's side of a FUSE file system: requests and answers.

#ifndef HOLDFAST_TESTS_ROOT_BLOCK_LAYER_FUSE_CHANNEL_H_
#define HOLDFAST_TESTS_ROOT_BLOCK_LAYER_FUSE_CHANNEL_H_

#include <linux/fuse.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/unique_fd.h"

namespace holdfast::root {

struct FuseRequest {
  fuse_in_header header = {};
  std::string body;  // what linux/fuse.h says for this opcode
};

// The beginning of a body, as the structure it is. Zeros if it is shorter.
template <typename T>
T As(const std::string& body) {
  static_assert(std::is_trivially_copyable_v<T>);
  T value = {};
  std::memcpy(&value, body.data(), std::min(body.size(), sizeof value));
  return value;
}

// The bytes of a structure.
template <typename T>
std::string Raw(const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

// An open /dev/fuse. Not thread-safe.
class FuseChannel {
 public:
  // The most bytes of one write (FUSE_MAX_MAX_PAGES of the kernel: 256).
  static constexpr uint32_t kMostPages = 256;
  static constexpr uint32_t kMostBytes = kMostPages * 4096;

  // `fd` must not block (O_NONBLOCK).
  explicit FuseChannel(UniqueFd fd);

  // Waits for requests, not longer than `patience`, and answers all that are
  // there by then: none of them can have been made because another of them was
  // answered. ENODEV: the file system was unmounted.
  absl::StatusOr<std::vector<FuseRequest>> Receive(absl::Duration patience);

  absl::Status Reply(const FuseRequest& request, const std::string& body);
  // `error` is an errno value.
  absl::Status ReplyError(const FuseRequest& request, int error);

 private:
  absl::Status Send(fuse_out_header header, const std::string& body);

  UniqueFd fd_;
  std::vector<char> buffer_;
};

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_BLOCK_LAYER_FUSE_CHANNEL_H_
