#include "rpc/channel.h"

#include <grpcpp/grpcpp.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rpc/grpc_library.h"

namespace holdfast::rpc {
namespace {

// A peer that hangs (stopped, or its machine gone) is noticed while a call
// waits for it; an idle connection costs nothing.
constexpr int kKeepaliveMs = 30'000;
constexpr int kKeepaliveTimeoutMs = 20'000;

// A restarted server is found again soon: the default grows to two minutes.
constexpr int kFirstReconnectMs = 50;
constexpr int kSlowestReconnectMs = 1'000;

// An unpaged list of tens of thousands of volumes passes gRPC's 4 MiB, and
// the refusal would be RESOURCE_EXHAUSTED.
constexpr int kLargestAnswer = 256 << 20;

// A call that was sent on a connection just lost, or to a server about to
// listen, is sent again: CSI calls are made to be repeated. All five attempts
// together take less than a second; longer outages are for the caller. A purge
// is not: done and sent again it would be told to have found nothing.
constexpr char kServiceConfig[] = R"({"methodConfig": [{
  "name": [{"service": "holdfast.v1.Admin", "method": "Purge"}]
  }, {
  "name": [{}],
  "retryPolicy": {
    "maxAttempts": 5,
    "initialBackoff": "0.02s",
    "maxBackoff": "0.4s",
    "backoffMultiplier": 3,
    "retryableStatusCodes": ["UNAVAILABLE"]
  }}]})";

// As gRPC writes it ("gRPC Name Resolution").
std::string TargetOf(const Endpoint& endpoint) {
  if (endpoint.IsUnix()) return absl::StrCat("unix:", endpoint.path);
  return absl::StrContains(endpoint.host, ':')
             ? absl::StrCat("ipv6:[", endpoint.host, "]:", endpoint.port)
             : absl::StrCat("ipv4:", endpoint.host, ":", endpoint.port);
}

}  // namespace

std::shared_ptr<grpc::Channel> MakeChannel(const Endpoint& endpoint) {
  KeepGrpc();
  grpc::ChannelArguments arguments;
  for (const auto& [name, value] : kConnectionSettings) {
    arguments.SetInt(name, value);
  }
  // Servers in Go refuse an :authority that holds the escaped path.
  arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, "localhost");
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kSlowestReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kSlowestReconnectMs);
  arguments.SetServiceConfigJSON(kServiceConfig);
  arguments.SetMaxReceiveMessageSize(kLargestAnswer);
  return grpc::CreateCustomChannel(
      TargetOf(endpoint), grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace holdfast::rpc
