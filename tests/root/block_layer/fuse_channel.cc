#include "tests/root/block_layer/fuse_channel.h"

#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/status.h"

namespace holdfast::root {
namespace {

constexpr char kDevice[] = "/dev/fuse";

FuseRequest Parse(const char* bytes, size_t size) {
  FuseRequest request;
  std::memcpy(&request.header, bytes, sizeof request.header);
  request.body.assign(bytes + sizeof request.header,
                      size - sizeof request.header);
  return request;
}

}  // namespace

FuseChannel::FuseChannel(UniqueFd fd)
    : fd_(std::move(fd)),
      buffer_(kMostBytes + sizeof(fuse_in_header) + sizeof(fuse_write_in)) {}

absl::StatusOr<std::vector<FuseRequest>> FuseChannel::Receive(
    absl::Duration patience) {
  pollfd readable = {.fd = fd_.get(), .events = POLLIN, .revents = 0};
  poll(&readable, 1, static_cast<int>(absl::ToInt64Milliseconds(patience)));
  std::vector<FuseRequest> requests;
  for (;;) {
    const ssize_t n = read(fd_.get(), buffer_.data(), buffer_.size());
    if (n > 0) {
      requests.push_back(Parse(buffer_.data(), static_cast<size_t>(n)));
    } else if (errno == EAGAIN || (errno == ENODEV && !requests.empty())) {
      return requests;
    } else if (errno != EINTR && errno != ENOENT) {  // a request taken back
      return ErrnoError("read", kDevice, errno);
    }
  }
}

absl::Status FuseChannel::Reply(const FuseRequest& request,
                                const std::string& body) {
  return Send({.error = 0, .unique = request.header.unique}, body);
}

absl::Status FuseChannel::ReplyError(const FuseRequest& request, int error) {
  return Send({.error = -error, .unique = request.header.unique}, "");
}

absl::Status FuseChannel::Send(fuse_out_header header,
                               const std::string& body) {
  header.len = static_cast<uint32_t>(sizeof header + body.size());
  const iovec parts[] = {
      {.iov_base = &header, .iov_len = sizeof header},
      {.iov_base = const_cast<char*>(body.data()), .iov_len = body.size()}};
  // ENOENT: nobody waits for the answer any more.
  if (writev(fd_.get(), parts, 2) >= 0 || errno == ENOENT) {
    return absl::OkStatus();
  }
  return ErrnoError("writev", kDevice, errno);
}

}  // namespace holdfast::root
