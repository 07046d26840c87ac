#include "driver/front.h"

#include <glog/logging.h>

#include <csignal>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/status.h"
#include "rpc/endpoint.h"

namespace holdfast::driver {
namespace {

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

void BlockStopSignals() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void IgnoreBrokenPipes() { std::signal(SIGPIPE, SIG_IGN); }

bool WaitForStop(absl::Duration timeout) {
  const sigset_t signals = StopSignals();
  if (timeout == absl::InfiniteDuration()) {
    int signal = 0;
    sigwait(&signals, &signal);
    return true;
  }
  const timespec limit = absl::ToTimespec(timeout);
  return sigtimedwait(&signals, nullptr, &limit) > 0;
}

absl::Status Front::Serve(const std::string& endpoint,
                          const std::vector<grpc::Service*>& services) {
  ASSIGN_OR_RETURN(const rpc::Endpoint parsed, rpc::ParseEndpoint(endpoint));
  ASSIGN_OR_RETURN(auto server, rpc::Server::Start(parsed, services));
  LOG(INFO) << LogLine("serving").Add("endpoint", endpoint);
  servers_.push_back(std::move(server));
  return absl::OkStatus();
}

absl::Status Front::ServeHttp(const std::string& address, Metrics& metrics,
                              rpc::Readiness readiness) {
  if (address.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const rpc::HostPort parsed, rpc::ParseHostPort(address));
  ASSIGN_OR_RETURN(
      http_, rpc::HttpServer::Start(parsed, metrics, std::move(readiness)));
  LOG(INFO) << LogLine("serving_http")
                   .Add("host", parsed.host)
                   .Add("port", http_->port());
  return absl::OkStatus();
}

void Front::RunUntilStop(absl::Duration grace) {
  WaitForStop(absl::InfiniteDuration());
  LOG(INFO) << LogLine("stopping").Add("grace", absl::FormatDuration(grace));
  Stop(grace);
}

void Front::Stop(absl::Duration grace) {
  {
    std::vector<std::jthread> stopping;
    for (const auto& server : servers_) {
      stopping.emplace_back([&server, grace] { server->Shutdown(grace); });
    }
  }
  servers_.clear();
  http_.reset();
}

}  // namespace holdfast::driver
