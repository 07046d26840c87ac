// Endpoints and addresses, as flags give them.

#include "rpc/endpoint.h"
#include "tests/fuzz/fuzz.h"

namespace holdfast::rpc {
namespace {

// What is served is of this machine, and says itself in the form it is read.
void CheckEndpoint(absl::string_view text) {
  const auto endpoint = ParseEndpoint(text);
  if (!endpoint.ok()) {
    FUZZ_CHECK(absl::IsInvalidArgument(endpoint.status()));
    return;
  }
  const auto again = ParseEndpoint(endpoint->ToString());
  FUZZ_CHECK(again.ok() && again->path == endpoint->path &&
             again->host == endpoint->host && again->port == endpoint->port);
  if (!endpoint->IsUnix()) {
    FUZZ_CHECK(endpoint->host == "::1" || endpoint->host.rfind("127.", 0) == 0);
    return;
  }
  FUZZ_CHECK(endpoint->path.front() == '/');
  FUZZ_CHECK(endpoint->path.find("/../") == endpoint->path.npos);
  FUZZ_CHECK(TemporarySocketPath(endpoint->path).size() <= 107);
}

void CheckHostPort(absl::string_view text) {
  const auto parsed = ParseHostPort(text);
  FUZZ_CHECK(parsed.ok() ? parsed->port >= 0 && parsed->port <= 65535
                         : absl::IsInvalidArgument(parsed.status()));
  const auto name = ParseNameAndPort(text);
  if (name.ok()) FUZZ_CHECK(name->port >= 0 && name->port <= 65535);
}

}  // namespace
}  // namespace holdfast::rpc

HOLDFAST_FUZZ_TARGET(bytes) {
  holdfast::rpc::CheckEndpoint(bytes);
  holdfast::rpc::CheckHostPort(bytes);
}
