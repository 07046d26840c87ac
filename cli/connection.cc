#include "cli/connection.h"

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rpc/channel.h"
#include "rpc/endpoint.h"
#include "rpc/grpc_status.h"

namespace holdfast::cli {
namespace {

constexpr char kUnreachable[] = "holdfast/unreachable";

}  // namespace

bool IsUnreachable(const absl::Status& status) {
  return status.GetPayload(kUnreachable).has_value();
}

absl::StatusOr<Connection> Connection::Open(absl::string_view endpoint,
                                            const Options& options) {
  ASSIGN_OR_RETURN(const rpc::Endpoint parsed, rpc::ParseEndpoint(endpoint));
  return Connection(rpc::MakeChannel(parsed), parsed.ToString(), options);
}

void Connection::Prepare(grpc::ClientContext& context) const {
  context.set_wait_for_ready(options_.waiting == Waiting::kYes);
  context.set_deadline(absl::ToChronoTime(absl::Now() + options_.timeout));
}

absl::Status Connection::Judge(const grpc::Status& outcome) const {
  const absl::Status status = rpc::FromGrpc(outcome);
  if (!absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status)) {
    return status;
  }
  // An answer came over a connection that is ready; a daemon that is stopped
  // or gone does not get as far. One that stopped later looks like a slow one.
  if (channel_->GetState(false) == GRPC_CHANNEL_READY) {
    return Annotate(status, endpoint_);
  }
  absl::Status unreachable(
      status.code(),
      absl::StrCat(endpoint_,
                   ": no daemon answers; see that it runs, or name "
                   "another endpoint"));
  unreachable.SetPayload(kUnreachable, absl::Cord("1"));
  return unreachable;
}

}  // namespace holdfast::cli
