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
// call, and again, within about a second, when the server was restarted.
// Thread-safe, and shared because gRPC's stubs share it. A call without
// wait_for_ready fails with UNAVAILABLE while nobody listens.
std::shared_ptr<grpc::Channel> MakeChannel(const Endpoint& endpoint);

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_CHANNEL_H_
