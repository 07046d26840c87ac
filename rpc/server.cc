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

absl::StatusOr<std::unique_ptr<grpc::Server>> Listen(
    const std::string& socket, const std::vector<grpc::Service*>& services) {
  grpc::ServerBuilder builder;
  SetThreads(builder);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kShortestPingMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  int port = 0;
  builder.AddListeningPort(absl::StrCat("unix:", socket),
                           grpc::InsecureServerCredentials(), &port);
  for (grpc::Service* service : services) builder.RegisterService(service);
  auto server = builder.BuildAndStart();
  if (server != nullptr && port != 0) return server;
  return absl::InternalError(absl::StrCat(
      "gRPC could not listen on ", Quote(socket),
      "; check that this user may write to its directory, and see the log"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const Endpoint& endpoint, const std::vector<grpc::Service*>& services) {
  KeepGrpc();
  std::unique_ptr<grpc::Server> server;
  ASSIGN_OR_RETURN(
      SocketFile socket,
      SocketFile::Publish(endpoint.path, [&](const std::string& temporary) {
        auto listening = Listen(temporary, services);
        if (listening.ok()) server = *std::move(listening);
        return listening.status();
      }));
  LOG(INFO) << LogLine("listening").Add("endpoint", endpoint.ToString());
  return std::unique_ptr<Server>(
      new Server(endpoint, std::move(server), std::move(socket)));
}

Server::Server(Endpoint endpoint, std::unique_ptr<grpc::Server> server,
               SocketFile socket)
    : endpoint_(std::move(endpoint)),
      server_(std::move(server)),
      socket_(std::move(socket)) {}

Server::~Server() { Shutdown(absl::ZeroDuration()); }

void Server::Shutdown(absl::Duration grace) {
  if (server_ == nullptr) return;
  if (const absl::Status removed = socket_.Remove(); !removed.ok()) {
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
