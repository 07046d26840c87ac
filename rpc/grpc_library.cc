#include "rpc/grpc_library.h"

#include <grpc/grpc.h>

namespace holdfast::rpc {

void KeepGrpc() {
  [[maybe_unused]] static const bool kKept = [] {
    grpc_init();
    return true;
  }();
}

}  // namespace holdfast::rpc
