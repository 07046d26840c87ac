// Unix sockets by name.

#ifndef HOLDFAST_CLI_DOCTOR_SOCKETS_H_
#define HOLDFAST_CLI_DOCTOR_SOCKETS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rpc/linux_unix_socket.h"

namespace holdfast::cli::doctor {

class Sockets {
 public:
  virtual ~Sockets() = default;

  virtual absl::StatusOr<rpc::SocketState> Observe(const std::string& path) = 0;
  // Removes a socket that nobody listens on; FAILED_PRECONDITION if it is
  // anything else by now.
  virtual absl::Status RemoveStale(const std::string& path) = 0;
};

// Removes under the lock that whoever publishes a socket holds
// (rpc/socket_file.h), so that a daemon that is just starting is not robbed of
// the name it binds.
class RealSockets : public Sockets {
 public:
  absl::StatusOr<rpc::SocketState> Observe(const std::string& path) override;
  absl::Status RemoveStale(const std::string& path) override;
};

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_SOCKETS_H_
