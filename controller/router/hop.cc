#include "controller/router/hop.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "controller/router/deadline.h"
#include "rpc/grpc_status.h"

namespace holdfast::controller {

std::unique_ptr<grpc::ClientContext> ContextFor(const Hop& hop,
                                                absl::Time deadline) {
  auto context = grpc::ClientContext::FromServerContext(hop.caller);
  if (deadline != absl::InfiniteFuture()) {
    context->set_deadline(absl::ToChronoTime(deadline));
  }
  return context;
}

absl::Status FromAgent(const Agent& agent, const grpc::Status& status) {
  const absl::Status plain = rpc::FromGrpc(status);
  switch (plain.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return Annotate(plain, absl::StrCat("agent ", agent.name()));
    // Agents do not answer these: the connection broke, and a final code would
    // say that nothing is in progress.
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kCancelled:
      return Annotate(WithCode(plain, absl::StatusCode::kUnavailable),
                      absl::StrCat("agent ", agent.name()));
    default:
      return plain;
  }
}

bool IsSilence(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

absl::Status Heard(const Hop& hop, const Agent& agent,
                   const grpc::Status& status) {
  const absl::Status heard = FromAgent(agent, status);
  if (IsSilence(heard)) hop.agents.Doubt(agent);
  return heard;
}

absl::Time CallDeadline(const Hop& hop) {
  return EarlierThan(hop.operation.deadline(), absl::Now());
}

absl::Time QuestionDeadline(const Hop& hop) {
  return ForQuestion(hop.operation.deadline(), absl::Now());
}

}  // namespace holdfast::controller
