#include "controller/router/agent.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
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

Agent::Agent(const rpc::Endpoint& endpoint, AnnouncementKeys keys)
    : name_(endpoint.ToString()),
      keys_(std::move(keys)),
      channel_(rpc::MakeChannel(endpoint)),
      identity_(csi::v1::Identity::NewStub(channel_)),
      controller_(csi::v1::Controller::NewStub(channel_)),
      admin_(v1::Admin::NewStub(channel_)) {}

bool Agent::IsConnected() const {
  return channel_->GetState(/*try_to_connect=*/false) == GRPC_CHANNEL_READY;
}

void Agent::Ask(grpc::CompletionQueue& queue, absl::Duration patience,
                void* tag) {
  auto question = std::make_unique<Question>();
  Question& asked = *question;
  asked.context.set_deadline(absl::ToChronoTime(absl::Now() + patience));
  asked.context.set_wait_for_ready(true);
  absl::MutexLock lock(&mutex_);
  question_ = std::move(question);
  asked.reader = identity_->AsyncGetPluginInfo(&asked.context, {}, &queue);
  asked.reader->Finish(&asked.info, &asked.status, tag);
  if (closed_) asked.context.TryCancel();
}

absl::StatusOr<std::vector<Announcement>> Agent::Read() {
  std::unique_ptr<Question> answered;
  {
    absl::MutexLock lock(&mutex_);
    answered = std::move(question_);
  }
  if (!answered->status.ok()) return NoAnswer(name_, answered->status);
  return PoolsIn(answered->info);
}

void Agent::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  if (question_ != nullptr) question_->context.TryCancel();
}

absl::StatusOr<std::vector<Announcement>> Agent::PoolsIn(
    const csi::v1::GetPluginInfoResponse& info) const {
  if (info.manifest().count(keys_.pools) == 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "agent ", name_,
        " announces no pool; it is not the agent endpoint "
        "of a node daemon: correct the controller's list of agents"));
  }
  Announcement announcement{.node = Find(info, keys_.node)};
  if (!announcement.node.empty()) {
    announcement.segments[keys_.topology] = announcement.node;
  }
  std::vector<Announcement> pools;
  const std::string line = Find(info, keys_.pools);
  for (absl::string_view word : absl::StrSplit(line, ',', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> pool =
        absl::StrSplit(word, absl::MaxSplits('=', 1));
    std::tie(announcement.name, announcement.home) = pool;
    pools.push_back(announcement);
    announcement.rank = PoolRank::kOther;
  }
  const bool any_open =
      std::any_of(pools.begin(), pools.end(),
                  [](const Announcement& pool) { return !pool.home.empty(); });
  if (any_open) return pools;
  return absl::UnavailableError(absl::StrCat(
      "agent ", name_, " has no pool open yet; see its log, then try again"));
}

}  // namespace holdfast::controller
