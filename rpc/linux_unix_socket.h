// The kernel's side of a unix socket's file: facts and single steps. What they
// mean is said in socket_file.

#ifndef HOLDFAST_RPC_LINUX_UNIX_SOCKET_H_
#define HOLDFAST_RPC_LINUX_UNIX_SOCKET_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "base/unique_fd.h"

namespace holdfast::rpc {

enum class SocketState {
  kAbsent,     // nothing stands at the path
  kStale,      // a socket that nobody listens on
  kLive,       // a socket that somebody listens on
  kNotSocket,  // something that is no socket
};

// What stands at `path`, found by connecting to it without waiting (unix(7):
// ECONNREFUSED when nobody listens, EAGAIN when the listener's queue is full).
absl::StatusOr<SocketState> ObserveSocket(const std::string& path);

// Which file a name means.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

// The identity of `path` itself, links not followed.
absl::StatusOr<FileIdentity> IdentityOf(const std::string& path);

// An exclusive flock(2) on the directory, held until the descriptor is closed.
// If another process has it the error carries EWOULDBLOCK.
absl::StatusOr<UniqueFd> TryLockDirectory(const std::string& directory);

// chmod(2), rename(2), unlink(2).
absl::Status SetMode(const std::string& path, unsigned mode);
absl::Status RenameFile(const std::string& from, const std::string& to);
absl::Status UnlinkFile(const std::string& path);

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_LINUX_UNIX_SOCKET_H_
