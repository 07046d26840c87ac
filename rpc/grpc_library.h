// The gRPC library in a process: its life, and what all connections are told.

#ifndef HOLDFAST_RPC_GRPC_LIBRARY_H_
#define HOLDFAST_RPC_GRPC_LIBRARY_H_

#include <array>

namespace holdfast::rpc {

// An integer channel argument (gRPC's grpc_types.h).
struct ConnectionSetting {
  const char* name;
  int value;
};

// For both ends of every connection.
extern const std::array<ConnectionSetting, 2> kConnectionSettings;

// Keeps the library up until the process ends. Left alone it shuts itself down
// with the last server or channel, and that may take 10 seconds after a long
// answer: it waits for a thread that polls for the answer's writer (seen with
// gRPC 1.51). Called before the first server or channel; cheap after that.
// Thread-safe.
void KeepGrpc();

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_GRPC_LIBRARY_H_
