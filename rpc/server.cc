#include "rpc/server.h"

#include <glog/logging.h>
#include <grpcpp/grpcpp.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "rpc/grpc_library.h"

namespace holdfast::rpc {
namespace {

// Clients may ask "are you there" this often (see channel.cc); gRPC's own
// limit of five minutes would end their connections.
constexpr int kShortestPingMs = 5'000;

void SetThreads(grpc::ServerBuilder& builder) {
  using Option = grpc::ServerBuilder::SyncServerOption;
  builder.SetSyncServerOption(Option::NUM_CQS, 1);
  builder.SetSyncServerOption(Option::MIN_POLLERS, 4);
  builder.SetSyncServerOption(Option::MAX_POLLERS, 16);
}

struct Listening {
  std::unique_ptr<grpc::Server> server;
  int port = 0;  // 1 for a unix socket
};

absl::StatusOr<Listening> Listen(const std::string& address,
                                 const std::vector<grpc::Service*>& services) {
  grpc::ServerBuilder builder;
  SetThreads(builder);
  for (const auto& [name, value] : kConnectionSettings) {
    builder.AddChannelArgument(name, value);
  }
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kShortestPingMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // Else two daemons could have one port, and share its calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  Listening listening;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(),
                           &listening.port);
  for (grpc::Service* service : services) builder.RegisterService(service);
  listening.server = builder.BuildAndStart();
  if (listening.server != nullptr && listening.port != 0) return listening;
  return absl::InternalError(absl::StrCat(
      "gRPC could not listen on ", Quote(address),
      "; check that this user may do so and that nobody else does, and see the "
      "log"));
}

std::string AddressOf(const Endpoint& endpoint) {
  constexpr absl::string_view kScheme = "tcp://";
  return endpoint.ToString().substr(kScheme.size());
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const Endpoint& endpoint, const std::vector<grpc::Service*>& services) {
  KeepGrpc();
  Endpoint at = endpoint;
  Listening listening;
  std::optional<SocketFile> socket;
  if (endpoint.IsUnix()) {
    const auto listen = [&](const std::string& temporary) -> absl::Status {
      ASSIGN_OR_RETURN(listening,
                       Listen(absl::StrCat("unix:", temporary), services));
      return absl::OkStatus();
    };
    ASSIGN_OR_RETURN(socket, SocketFile::Publish(endpoint.path, listen));
  } else {
    ASSIGN_OR_RETURN(listening, Listen(AddressOf(endpoint), services));
    at.port = listening.port;
  }
  LOG(INFO) << LogLine("listening").Add("endpoint", at.ToString());
  return std::unique_ptr<Server>(
      new Server(at, std::move(listening.server), std::move(socket)));
}

Server::Server(Endpoint endpoint, std::unique_ptr<grpc::Server> server,
               std::optional<SocketFile> socket)
    : endpoint_(std::move(endpoint)),
      server_(std::move(server)),
      socket_(std::move(socket)) {}

Server::~Server() { Shutdown(absl::ZeroDuration()); }

void Server::Shutdown(absl::Duration grace) {
  if (server_ == nullptr) return;
  const absl::Status removed = socket_ ? socket_->Remove() : absl::OkStatus();
  if (!removed.ok()) {
    LOG(WARNING) << LogLine("socket_left")
                        .Add("endpoint", endpoint_.ToString())
                        .Add("error", removed.message());
  }
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  server_->Wait();
  server_.reset();
  LOG(INFO) << LogLine("stopped").Add("endpoint", endpoint_.ToString());
}

}  // namespace holdfast::rpc
