// Addresses of names.

#ifndef HOLDFAST_RPC_RESOLVER_H_
#define HOLDFAST_RPC_RESOLVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace holdfast::rpc {

// Implementations are thread-safe.
class Resolver {
 public:
  virtual ~Resolver() = default;

  // The IP addresses of `name` ("10.0.0.1", "::1"), each once, sorted.
  // UNAVAILABLE if they cannot be had now, or there are none.
  virtual absl::StatusOr<std::vector<std::string>> Resolve(
      const std::string& name) = 0;
};

// Asks the system (getaddrinfo(3)). It has no limit of time and cannot be
// ended, so it runs in a thread of its own: Resolve waits a few seconds for it,
// and while it has not come back it is not started again.
std::unique_ptr<Resolver> SystemResolver();

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_RESOLVER_H_
