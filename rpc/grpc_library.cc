#include "rpc/grpc_library.h"

#include <grpc/grpc.h>

namespace holdfast::rpc {

// Each call would send two pings to measure the bandwidth of what is, mostly, a
// unix socket, which wakes four threads; and write a history that nothing here
// shows.
const std::array<ConnectionSetting, 2> kConnectionSettings = {{
    {GRPC_ARG_HTTP2_BDP_PROBE, 0},
    {GRPC_ARG_ENABLE_CHANNELZ, 0},
}};

void KeepGrpc() {
  [[maybe_unused]] static const bool kKept = [] {
    grpc_init();
    return true;
  }();
}

}  // namespace holdfast::rpc
