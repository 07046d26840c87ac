// Client connections to Holdfast's own servers.

#ifndef HOLDFAST_RPC_CHANNEL_H_
#define HOLDFAST_RPC_CHANNEL_H_

#include <memory>

#include "rpc/endpoint.h"

namespace grpc {
class Channel;
}  // namespace grpc

namespace holdfast::rpc {

// A channel to `endpoint`, for the generated stubs; it connects at the first
// call, and again when the server was restarted. A call that fails with
// UNAVAILABLE is repeated for a moment, so that a restart is not seen where it
// need not be; then the caller gets it. Thread-safe, and shared because gRPC's
// stubs share it.
std::shared_ptr<grpc::Channel> MakeChannel(const Endpoint& endpoint);

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_CHANNEL_H_
