// A connection to one daemon, for clients of any service.

#ifndef HOLDFAST_CLI_CONNECTION_H_
#define HOLDFAST_CLI_CONNECTION_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace holdfast::cli {

// Whether a call waits, within its deadline, for a daemon that does not listen
// yet.
enum class Waiting { kNo, kYes };

// True if `status` comes from a call to a daemon that does not listen or does
// not answer; false for what a daemon answered, UNAVAILABLE too.
bool IsUnreachable(const absl::Status& status);

// Thread-safe.
class Connection {
 public:
  struct Options {
    absl::Duration timeout = absl::Minutes(1);  // of each call
    Waiting waiting = Waiting::kNo;
  };

  // `endpoint` as in "unix:///run/csi.sock"; INVALID_ARGUMENT if it is none.
  // Connects at the first call.
  static absl::StatusOr<Connection> Open(absl::string_view endpoint,
                                         const Options& options);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  const std::string& endpoint() const { return endpoint_; }

  // Calls `method` of `stub`, which was made on channel(), and answers its
  // response. Codes and messages are those of the wire; see IsUnreachable.
  template <typename Response, typename Stub, typename Method, typename Request>
  absl::StatusOr<Response> Call(Stub& stub, Method method,
                                const Request& request) const {
    grpc::ClientContext context;
    Prepare(context);
    Response response;
    const absl::Status status =
        Judge((stub.*method)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  // The two halves of Call, for calls of another form: sets the deadline, and
  // says what came out.
  void Prepare(grpc::ClientContext& context) const;
  absl::Status Judge(const grpc::Status& outcome) const;

 private:
  Connection(std::shared_ptr<grpc::Channel> channel, std::string endpoint,
             const Options& options)
      : channel_(std::move(channel)),
        endpoint_(std::move(endpoint)),
        options_(options) {}

  // Shared because gRPC's stubs share it.
  std::shared_ptr<grpc::Channel> channel_;
  std::string endpoint_;
  Options options_;
};

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_CONNECTION_H_
