#include "base/unique_fd.h"

#include <cerrno>

namespace holdfast {

void UniqueFd::Reset() {
  const int fd = std::exchange(fd_, -1);
  if (fd < 0) return;
  const int saved_errno = errno;
  if (closer_ != nullptr) {
    closer_->Close(fd);
  } else {
    ::close(fd);
  }
  errno = saved_errno;
}

}  // namespace holdfast
