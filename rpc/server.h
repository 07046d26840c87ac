// gRPC servers as Holdfast runs them.

#ifndef HOLDFAST_RPC_SERVER_H_
#define HOLDFAST_RPC_SERVER_H_

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "rpc/endpoint.h"
#include "rpc/socket_file.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace holdfast::rpc {

// A synchronous gRPC server on one endpoint: one completion queue, 4 to 16
// threads that wait, and as many that work as there are calls. No quota on
// threads: gRPC would answer RESOURCE_EXHAUSTED, to Probe too, and that means
// storage capacity and nothing else.
//
// Shutdown and the destructor are for one thread.
class Server {
 public:
  // Serves `services`, which must outlive the server. When this returns the
  // socket stands under its name and answers. Errors: see SocketFile::Publish;
  // INTERNAL if gRPC cannot listen, as when another has the port.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const Endpoint& endpoint, const std::vector<grpc::Service*>& services);

  // Shutdown without patience.
  ~Server();

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Takes the socket's name away, takes no new calls, lets those under way
  // finish for `grace`, cancels the rest, and returns when all have returned.
  // A second call does nothing.
  void Shutdown(absl::Duration grace);

  // With the port that the kernel chose.
  const Endpoint& endpoint() const { return endpoint_; }

 private:
  Server(Endpoint endpoint, std::unique_ptr<grpc::Server> server,
         std::optional<SocketFile> socket);

  const Endpoint endpoint_;
  std::unique_ptr<grpc::Server> server_;
  std::optional<SocketFile> socket_;  // nothing for TCP
};

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_SERVER_H_
