// The name of a server's unix socket: when it appears, somebody answers.

#ifndef HOLDFAST_RPC_SOCKET_FILE_H_
#define HOLDFAST_RPC_SOCKET_FILE_H_

#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "rpc/linux_unix_socket.h"

namespace holdfast::rpc {

// A socket that this process bound and published under a name.
//
// Whoever publishes or removes a name in a directory does so under flock(2) on
// that directory, so that of two processes started at once exactly one gets
// the name, and a process that stops never removes its successor's socket.
//
// Not thread-safe. Destroying it leaves the socket where it is.
class SocketFile {
 public:
  // The lock is held for as long as a bind or an unlink takes.
  static constexpr absl::Duration kPatience = absl::Seconds(5);

  // Runs `listen` with a temporary name beside `path`; when it returns OK a
  // server listens there, and the socket is renamed to `path` with mode 0600.
  // A socket that a killed process left is replaced.
  //
  // FAILED_PRECONDITION, with nothing changed: a server answers at `path`, or
  // what stands there is no socket, or the directory is missing. UNAVAILABLE:
  // another process kept the directory locked for `patience`. What `listen`
  // says otherwise.
  static absl::StatusOr<SocketFile> Publish(
      const std::string& path,
      absl::FunctionRef<absl::Status(const std::string& temporary)> listen,
      absl::Duration patience = kPatience);

  // Removes the name if it still means the socket that was published here. To
  // be called while the socket is still open: as long as it is, the kernel
  // keeps its inode, and no other file can come to have the same number.
  absl::Status Remove();

  const std::string& path() const { return path_; }

 private:
  SocketFile(std::string path, FileIdentity identity)
      : path_(std::move(path)), identity_(identity) {}

  std::string path_;
  FileIdentity identity_;
};

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_SOCKET_FILE_H_
