#include "rpc/linux_unix_socket.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/status.h"

namespace holdfast::rpc {
namespace {

// The errno of a connect(2) to `path`, 0 if it succeeded.
absl::StatusOr<int> TryConnect(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return ErrnoError("connect", path, ENAMETOOLONG);
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const UniqueFd fd(
      ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return ErrnoError("socket", path, errno);
  const int rc = ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address),
                           sizeof(address));
  return rc == 0 ? 0 : errno;
}

}  // namespace

absl::StatusOr<SocketState> ObserveSocket(const std::string& path) {
  struct stat facts = {};
  if (::lstat(path.c_str(), &facts) != 0) {
    if (errno == ENOENT) return SocketState::kAbsent;
    return ErrnoError("lstat", path, errno);
  }
  if (!S_ISSOCK(facts.st_mode)) return SocketState::kNotSocket;
  ASSIGN_OR_RETURN(const int error, TryConnect(path));
  switch (error) {
    case ENOENT:
      return SocketState::kAbsent;
    case ECONNREFUSED:
      return SocketState::kStale;
    case 0:
    case EAGAIN:
    case EPROTOTYPE:  // a datagram socket, and somebody has it open
      return SocketState::kLive;
    default:
      return ErrnoError("connect", path, error);
  }
}

absl::StatusOr<FileIdentity> IdentityOf(const std::string& path) {
  struct stat facts = {};
  if (::lstat(path.c_str(), &facts) != 0) {
    return ErrnoError("lstat", path, errno);
  }
  return FileIdentity{.device = facts.st_dev, .inode = facts.st_ino};
}

absl::StatusOr<UniqueFd> TryLockDirectory(const std::string& directory) {
  UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoError("open", directory, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return ErrnoError("flock", directory, errno);
  }
  return fd;
}

absl::Status SetMode(const std::string& path, unsigned mode) {
  if (::chmod(path.c_str(), mode) == 0) return absl::OkStatus();
  return ErrnoError("chmod", path, errno);
}

absl::Status RenameFile(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return ErrnoError("rename", to, errno);
}

absl::Status UnlinkFile(const std::string& path) {
  if (::unlink(path.c_str()) == 0) return absl::OkStatus();
  return ErrnoError("unlink", path, errno);
}

}  // namespace holdfast::rpc
