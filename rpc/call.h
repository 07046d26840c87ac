// The one path that every call takes.

#ifndef HOLDFAST_RPC_CALL_H_
#define HOLDFAST_RPC_CALL_H_

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "base/metrics.h"
#include "base/operation.h"

namespace holdfast::rpc {

// Runs the handlers of gRPC services: a start line in the log with the
// redacted request (VLOG 2), the caller's deadline and cancellation handed
// down as an Operation, the body, one finish line (INFO for calls that change
// something, VLOG 1 for those that only read, VLOG 3 for Probe, ERROR when
// the call failed on us), latency and in-flight metrics by method and code,
// and the one conversion of absl::Status to grpc::Status.
//
// A handler is one statement:
//   return calls_.Run("DeleteVolume", *context, *request,
//                     [&](Operation& operation) {
//                       return deletes_.Run(*request, operation);
//                     });
//
// Thread-safe. `metrics` must outlive it.
class Calls {
 public:
  explicit Calls(Metrics& metrics) : metrics_(metrics) {}

  grpc::Status Run(const char* method, grpc::ServerContext& context,
                   const google::protobuf::Message& request,
                   absl::FunctionRef<absl::Status(Operation&)> body);

 private:
  Metrics& metrics_;
};

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_CALL_H_
