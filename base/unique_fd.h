// The owner of one file descriptor.

#ifndef HOLDFAST_BASE_UNIQUE_FD_H_
#define HOLDFAST_BASE_UNIQUE_FD_H_

#include <unistd.h>

#include <utility>

namespace holdfast {

// Closes descriptors that did not come from the kernel. Fakes of os/* hand
// out numbers of their own and see every close, so that they can keep the
// kernel's rules on who has a file open.
class FdCloser {
 public:
  virtual ~FdCloser() = default;
  virtual void Close(int fd) = 0;
};

// Move-only. Closes what it holds when destroyed; keeps errno unchanged on
// the way. Not thread-safe.
class UniqueFd {
 public:
  UniqueFd() = default;
  // Takes `fd` over. `closer` must outlive this object; null means close(2).
  explicit UniqueFd(int fd, FdCloser* closer = nullptr)
      : fd_(fd), closer_(closer) {}
  UniqueFd(UniqueFd&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), closer_(other.closer_) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      Reset();
      fd_ = std::exchange(other.fd_, -1);
      closer_ = other.closer_;
    }
    return *this;
  }
  ~UniqueFd() { Reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  void Reset();
  // Gives the descriptor away, without closing it.
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
  FdCloser* closer_ = nullptr;
};

}  // namespace holdfast

#endif  // HOLDFAST_BASE_UNIQUE_FD_H_
