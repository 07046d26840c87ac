// The one place where statuses cross between our code and the wire.

#ifndef HOLDFAST_RPC_GRPC_STATUS_H_
#define HOLDFAST_RPC_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace holdfast::rpc {

// The longest message that goes out. A message travels in the trailers, which
// a client may limit to 8 KiB and where a byte may take three; past the limit
// the client would see RESOURCE_EXHAUSTED, which for a CSI caller means that
// the storage is full.
inline constexpr size_t kMaxMessageBytes = 2048;

// Code for code. A failure always has a message (CSI spec, "Error Scheme"):
// one is made up where `status` has none, and a long one is cut. Payloads stay
// here: the spec asks for empty details.
grpc::Status ToGrpc(const absl::Status& status);

// Code for code. A code that gRPC does not define is UNKNOWN; details are
// dropped.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_GRPC_STATUS_H_
