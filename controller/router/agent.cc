#include "controller/router/agent.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "rpc/channel.h"

namespace holdfast::controller {
namespace {

absl::Status NoAnswer(const std::string& name, const grpc::Status& status) {
  return absl::UnavailableError(
      absl::StrCat("agent ", name, " does not answer (", status.error_message(),
                   "); see that its daemon runs, then repeat the call"));
}

std::string Find(const csi::v1::GetPluginInfoResponse& info,
                 const std::string& key) {
  const auto it = info.manifest().find(key);
  return it == info.manifest().end() ? "" : it->second;
}

}  // namespace

struct Agent::Question {
  grpc::ClientContext context;
  csi::v1::GetPluginInfoRequest request;
  csi::v1::GetPluginInfoResponse response;
};

Agent::Agent(const rpc::Endpoint& endpoint, AnnouncementKeys keys)
    : name_(endpoint.ToString()),
      keys_(std::move(keys)),
      channel_(rpc::MakeChannel(endpoint)),
      identity_(csi::v1::Identity::NewStub(channel_)),
      controller_(csi::v1::Controller::NewStub(channel_)) {}

bool Agent::IsConnected() const {
  return channel_->GetState(/*try_to_connect=*/false) == GRPC_CHANNEL_READY;
}

void Agent::Ask(absl::Duration patience, Answer answer) {
  // Shared because gRPC keeps the callback in a std::function.
  auto question = std::make_shared<Question>();
  question->context.set_deadline(absl::ToChronoTime(absl::Now() + patience));
  question->context.set_wait_for_ready(true);
  {
    absl::MutexLock lock(&mutex_);
    question_ = question;
  }
  identity_->async()->GetPluginInfo(
      &question->context, &question->request, &question->response,
      [this, question, answer = std::move(answer)](grpc::Status status) {
        if (status.ok()) return answer(Read(question->response));
        answer(NoAnswer(name_, status));
      });
}

void Agent::Cancel() {
  std::shared_ptr<Question> question;
  {
    absl::MutexLock lock(&mutex_);
    question = question_.lock();
  }
  if (question != nullptr) question->context.TryCancel();
}

absl::StatusOr<Announcement> Agent::Read(
    const csi::v1::GetPluginInfoResponse& info) const {
  Announcement announcement{.home = Find(info, keys_.pool)};
  if (announcement.home.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "agent ", name_,
        " announces no pool; it is not the agent endpoint "
        "of a node daemon: correct the controller's list of agents"));
  }
  const std::string node = Find(info, keys_.node);
  if (!node.empty()) announcement.segments[keys_.topology] = node;
  return announcement;
}

}  // namespace holdfast::controller
