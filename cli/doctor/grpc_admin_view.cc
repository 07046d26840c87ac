#include "cli/doctor/grpc_admin_view.h"

#include <grpcpp/grpcpp.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "csi/v1/csi.grpc.pb.h"
#include "holdfast/v1/admin.grpc.pb.h"
#include "rpc/channel.h"
#include "rpc/endpoint.h"
#include "rpc/grpc_status.h"
#include "rpc/linux_unix_socket.h"

namespace holdfast::cli::doctor {
namespace {

using v1::Admin;

using csi::v1::Identity;

// A service and how long it may take to answer.
template <typename Service>
struct Server {
  std::unique_ptr<typename Service::Stub> stub;
  absl::Duration timeout;

  // Waits for the connection, so that a server that listens and is silent is
  // told from one that says UNAVAILABLE: it is DEADLINE_EXCEEDED.
  template <typename Response, typename Method, typename Request>
  absl::StatusOr<Response> Call(Method method, const Request& request) const {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    Response response;
    RETURN_IF_ERROR(
        rpc::FromGrpc((stub.get()->*method)(&context, request, &response)));
    return response;
  }
};

using AdminServer = Server<Admin>;

// gRPC would wait for one to come.
absl::Status CheckListener(const rpc::Endpoint& endpoint) {
  if (!endpoint.IsUnix()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const rpc::SocketState state,
                   rpc::ObserveSocket(endpoint.path));
  if (state == rpc::SocketState::kLive) return absl::OkStatus();
  return absl::UnavailableError("nobody listens");
}

template <typename Service>
absl::StatusOr<Server<Service>> Connect(const std::string& text,
                                        absl::Duration timeout) {
  ASSIGN_OR_RETURN(const rpc::Endpoint endpoint, rpc::ParseEndpoint(text));
  RETURN_IF_ERROR(CheckListener(endpoint));
  return Server<Service>{Service::NewStub(rpc::MakeChannel(endpoint)), timeout};
}

PoolFacts ToFacts(const v1::Pool& pool) {
  return {.name = pool.name(),
          .home = pool.home(),
          .place = pool.place(),
          .size_bytes = pool.size_bytes(),
          .free_bytes = pool.free_bytes(),
          .usable_bytes = pool.usable_bytes(),
          .promised_bytes = pool.promised_bytes(),
          .trash_bytes = pool.trash_bytes(),
          .error = pool.error(),
          .forgotten = pool.forgotten()};
}

absl::StatusOr<std::vector<PoolFacts>> PoolsOf(const AdminServer& server) {
  ASSIGN_OR_RETURN(const auto response,
                   server.Call<v1::ListPoolsResponse>(&Admin::Stub::ListPools,
                                                      v1::ListPoolsRequest()));
  std::vector<PoolFacts> pools;
  for (const v1::Pool& pool : response.pools()) pools.push_back(ToFacts(pool));
  return pools;
}

absl::StatusOr<std::vector<std::string>> VolumesOf(const AdminServer& server) {
  std::vector<std::string> ids;
  v1::ListVolumesRequest request;
  do {
    ASSIGN_OR_RETURN(const auto response,
                     server.Call<v1::ListVolumesResponse>(
                         &Admin::Stub::ListVolumes, request));
    for (const v1::Volume& volume : response.volumes()) {
      ids.push_back(volume.id());
    }
    request.set_starting_token(response.next_token());
  } while (!request.starting_token().empty());
  return ids;
}

// What `ask` gets from the first of `endpoints` that answers.
template <typename Answer>
Answer AskFirst(const std::vector<std::string>& endpoints,
                absl::Duration timeout, Answer (*ask)(const AdminServer&)) {
  absl::Status last =
      absl::UnavailableError("no endpoint of a daemon was given");
  for (const std::string& endpoint : endpoints) {
    auto server = Connect<Admin>(endpoint, timeout);
    Answer answer = server.ok() ? ask(*server) : Answer(server.status());
    if (answer.ok()) return answer;
    last = Annotate(answer.status(), endpoint);
  }
  return last;
}

}  // namespace

absl::StatusOr<std::vector<PoolFacts>> GrpcAdminView::ListPools() {
  return AskFirst(endpoints_, timeout_, &PoolsOf);
}

absl::StatusOr<std::vector<std::string>> GrpcAdminView::ListVolumes() {
  return AskFirst(endpoints_, timeout_, &VolumesOf);
}

absl::Status GrpcAdminView::Probe(const std::string& endpoint) {
  ASSIGN_OR_RETURN(const auto server, Connect<Identity>(endpoint, timeout_));
  ASSIGN_OR_RETURN(const auto response,
                   server.Call<csi::v1::ProbeResponse>(
                       &Identity::Stub::Probe, csi::v1::ProbeRequest()));
  // Absent means ready (CSI spec, "Probe").
  if (!response.has_ready() || response.ready().value()) {
    return absl::OkStatus();
  }
  return absl::UnavailableError("it says that it is not ready yet");
}

}  // namespace holdfast::cli::doctor
