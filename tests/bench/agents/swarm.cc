#include "tests/bench/agents/swarm.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"

namespace holdfast::bench {
namespace {

constexpr absl::Duration kAwait = absl::Minutes(1);

// Of a line "VmRSS:  1234 kB" in /proc/PID/status.
int64_t NumberIn(const std::string& file, const std::string& key) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (line.rfind(key, 0) == 0) return std::stoll(line.substr(key.size()));
  }
  return 0;
}

// proc(5): user and system time are the 14th and 15th field; the second, in
// parentheses, may hold blanks.
absl::Duration CpuOf(pid_t pid) {
  std::ifstream stream(absl::StrCat("/proc/", pid, "/stat"));
  std::string line;
  std::getline(stream, line);
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  int64_t user = 0;
  int64_t system = 0;
  fields >> user >> system;
  return absl::Seconds(static_cast<double>(user + system) /
                       static_cast<double>(sysconf(_SC_CLK_TCK)));
}

}  // namespace

std::string Swarm::NodeName(int agent) { return absl::StrCat("node-", agent); }

absl::Status Swarm::Start(int agents, int volumes) {
  for (int i = 0; i < agents; ++i) {
    const std::string socket = scratch_.Sub(absl::StrCat("a", i, ".sock"));
    agents_.push_back(std::make_unique<controller::PoolAgent>(
        rpc::Endpoint{.path = socket}, absl::StrCat("pool-", i), NodeName(i)));
    auto& ids = volumes_.emplace_back();
    for (int v = 0; v < volumes; ++v) {
      ids.push_back(
          agents_.back()->pool().MakeVolume(absl::StrCat("v", i, "-", v)));
    }
  }
  RETURN_IF_ERROR(StartController());
  return AwaitList();
}

absl::Status Swarm::StartController() {
  std::vector<std::string> endpoints;
  for (const auto& agent : agents_) {
    endpoints.push_back(agent->endpoint().ToString());
  }
  const std::string socket = scratch_.Sub("c.sock");
  ASSIGN_OR_RETURN(
      controller_,
      root::Process::Start(
          {.argv = {root::SiblingProgram("holdfast-controller"),
                    absl::StrCat("--endpoint=unix://", socket),
                    absl::StrCat("--agents=", absl::StrJoin(endpoints, ",")),
                    absl::StrCat("--state=", scratch_.MakeDirectory("state")),
                    "--http_address="},
           .output = scratch_.Sub("controller.log")}));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  csi_ = csi::v1::Controller::NewStub(grpc::CreateCustomChannel(
      "unix:" + socket, grpc::InsecureChannelCredentials(), arguments));
  return absl::OkStatus();
}

absl::Status Swarm::AwaitList() {
  const absl::Time end = absl::Now() + kAwait;
  grpc::Status status;
  while (absl::Now() < end) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(end));
    context.set_wait_for_ready(true);
    csi::v1::ListVolumesResponse response;
    status = csi_->ListVolumes(&context, {}, &response);
    if (status.ok()) return absl::OkStatus();
  }
  return absl::UnavailableError(status.error_message());
}

Usage Swarm::Read() const {
  const std::string status =
      absl::StrCat("/proc/", controller_->pid(), "/status");
  return {.cpu = CpuOf(controller_->pid()),
          .resident_bytes = NumberIn(status, "VmRSS:") * 1024,
          .anonymous_bytes = NumberIn(status, "RssAnon:") * 1024,
          .threads = NumberIn(status, "Threads:")};
}

}  // namespace holdfast::bench
