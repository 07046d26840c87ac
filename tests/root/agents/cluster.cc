#include "tests/root/agents/cluster.h"

#include <grpcpp/grpcpp.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/daemons.h"
#include "tests/root/fixture/xfs_image.h"

namespace holdfast::root {
namespace {

constexpr int64_t kDiskBytes = int64_t{8} << 30;  // sparse
constexpr absl::Duration kCall = absl::Seconds(10);
constexpr absl::Duration kAwait = absl::Seconds(30);

absl::Status FromGrpc(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      status.error_message());
}

template <typename Response, typename Stub, typename Method, typename Request>
absl::StatusOr<Response> Call(Stub& stub, Method method,
                              const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kCall));
  context.set_wait_for_ready(true);
  Response response;
  RETURN_IF_ERROR(FromGrpc((stub.*method)(&context, request, &response)));
  return response;
}

std::string TextOf(const std::string& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

// The endpoint, other than `not_this`, at which the log says that its writer
// listens; empty if it does not say so.
std::string ListensAt(const std::string& log, const std::string& not_this) {
  const std::string words = "event=listening endpoint=";
  for (size_t at = log.find(words); at != std::string::npos;
       at = log.find(words, at + 1)) {
    const size_t begin = at + words.size();
    const size_t end = log.find('\n', begin);
    const std::string endpoint = log.substr(begin, end - begin);
    if (end != std::string::npos && endpoint != not_this) return endpoint;
  }
  return "";
}

std::string Name(int node) { return absl::StrCat("node-", node); }

}  // namespace

bool Cluster::Await(const std::function<bool()>& done) {
  const absl::Time end = absl::Now() + kAwait;
  while (absl::Now() < end) {
    if (done()) return true;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return done();
}

absl::Status Cluster::Start(const std::string& spare) {
  if (!spare.empty()) spare_ = Sub(spare);
  RETURN_IF_ERROR(MakeXfs(Sub("disk"), kDiskBytes, Sub("x")).status());
  std::filesystem::create_directory(Sub("state"));
  for (int node = 0; node < kNodes; ++node) {
    const std::string pool = Sub(absl::StrCat("x/", node));
    std::filesystem::create_directory(pool);
    RETURN_IF_ERROR(InitPool(pool));
    RETURN_IF_ERROR(StartNode(node));
  }
  grpc::ChannelArguments
      arguments;  // a controller that was killed is back soon
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  const auto channel =
      grpc::CreateCustomChannel(absl::StrCat("unix:", Sub("c.sock")),
                                grpc::InsecureChannelCredentials(), arguments);
  csi_ = csi::v1::Controller::NewStub(channel);
  admin_ = v1::Admin::NewStub(channel);
  return RestartController();
}

absl::Status Cluster::StartNode(int node, const std::string& socket) {
  const std::string agent =
      !socket.empty() ? absl::StrCat("unix://", Sub(socket))
      : node == 1     ? std::string("tcp://127.0.0.1:0")
                      : absl::StrCat("unix://", Sub(Name(node)), "-agent.sock");
  const std::string log = Sub(absl::StrCat(Name(node), ".log"));
  std::filesystem::remove(log);
  ASSIGN_OR_RETURN(
      nodes_.at(node),
      Process::Start(
          {.argv = {SiblingProgram("holdfast-node"),
                    absl::StrCat("--endpoint=unix://", Sub(Name(node)),
                                 ".sock"),
                    absl::StrCat("--agent_endpoint=", agent),
                    absl::StrCat("--pool=", Sub(absl::StrCat("x/", node))),
                    absl::StrCat("--node_id=", Name(node)), "--http_address="},
           .output = log}));
  ASSIGN_OR_RETURN(agents_.at(node), ServedAt(node));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Cluster::ServedAt(int node) {
  const std::string log = Sub(absl::StrCat(Name(node), ".log"));
  const std::string csi = absl::StrCat("unix://", Sub(Name(node)), ".sock");
  std::string at;
  Await([&] {
    at = ListensAt(TextOf(log), csi);
    return !at.empty();
  });
  if (!at.empty()) return at;
  return absl::InternalError(absl::StrCat("no agent: ", TextOf(log)));
}

absl::Status Cluster::StopNode(int node) {
  nodes_.at(node)->Signal(SIGTERM);
  RETURN_IF_ERROR(nodes_.at(node)->Wait(absl::Now() + kAwait).status());
  nodes_.at(node).reset();
  return absl::OkStatus();
}

absl::Status Cluster::RestartController() {
  controller_.reset();
  std::vector<std::string> agents(agents_.begin(), agents_.end());
  if (!spare_.empty()) agents.push_back(absl::StrCat("unix://", spare_));
  ASSIGN_OR_RETURN(
      controller_,
      Process::Start(
          {.argv = {SiblingProgram("holdfast-controller"),
                    absl::StrCat("--endpoint=unix://", Sub("c.sock")),
                    absl::StrCat("--agents=", absl::StrJoin(agents, ",")),
                    absl::StrCat("--state=", Sub("state")), "--http_address="},
           .output = Sub("controller.log")}));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Cluster::Create(const std::string& name, int node,
                                            int64_t bytes) {
  csi::v1::CreateVolumeRequest request;
  request.set_name(name);
  request.mutable_capacity_range()->set_required_bytes(bytes);
  auto& capability = *request.add_volume_capabilities();
  capability.mutable_block();
  capability.mutable_access_mode()->set_mode(
      csi::v1::VolumeCapability::AccessMode::SINGLE_NODE_MULTI_WRITER);
  if (node >= 0) {
    auto& term = *request.mutable_accessibility_requirements()->add_requisite();
    (*term.mutable_segments())["csi.holdfast.dev/node"] = Name(node);
  }
  ASSIGN_OR_RETURN(
      const auto response,
      Call<csi::v1::CreateVolumeResponse>(
          *csi_, &csi::v1::Controller::Stub::CreateVolume, request));
  return response.volume().volume_id();
}

absl::Status Cluster::Get(const std::string& id) {
  csi::v1::ControllerGetVolumeRequest request;
  request.set_volume_id(id);
  return Call<csi::v1::ControllerGetVolumeResponse>(
             *csi_, &csi::v1::Controller::Stub::ControllerGetVolume, request)
      .status();
}

absl::Status Cluster::Delete(const std::string& id) {
  csi::v1::DeleteVolumeRequest request;
  request.set_volume_id(id);
  return Call<csi::v1::DeleteVolumeResponse>(
             *csi_, &csi::v1::Controller::Stub::DeleteVolume, request)
      .status();
}

absl::StatusOr<std::vector<std::string>> Cluster::List() {
  ASSIGN_OR_RETURN(const auto response,
                   Call<csi::v1::ListVolumesResponse>(
                       *csi_, &csi::v1::Controller::Stub::ListVolumes,
                       csi::v1::ListVolumesRequest()));
  std::vector<std::string> ids;
  for (const auto& entry : response.entries()) {
    ids.push_back(entry.volume().volume_id());
  }
  return ids;
}

absl::Status Cluster::ForgetPoolOf(const std::string& id) {
  v1::ForgetPoolRequest request;
  request.set_pool(id.substr(1, id.find('-') - 1));
  request.set_data_is_lost(true);
  return Call<v1::ForgetPoolResponse>(*admin_, &v1::Admin::Stub::ForgetPool,
                                      request)
      .status();
}

absl::StatusOr<std::vector<std::string>> Cluster::ListFailedPools() {
  ASSIGN_OR_RETURN(
      const auto response,
      Call<v1::ListPoolsResponse>(*admin_, &v1::Admin::Stub::ListPools,
                                  v1::ListPoolsRequest()));
  std::vector<std::string> homes;
  for (const auto& pool : response.pools()) {
    if (!pool.error().empty()) homes.push_back(pool.home());
  }
  return homes;
}

std::string Cluster::DataFile(int node, const std::string& id) const {
  return absl::StrCat(Sub("x/"), node, "/volumes/", id);
}

std::string Cluster::ControllerLog() const {
  return TextOf(Sub("controller.log"));
}

}  // namespace holdfast::root
