#include "controller/router/agent.h"

#include <grpcpp/grpcpp.h>

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

// Not gRPC's callback API: in 1.51 the process may abort (a reference count)
// when the last channel that used it goes.
absl::StatusOr<std::vector<Announcement>> Agent::Ask(absl::Duration patience) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + patience));
  context.set_wait_for_ready(true);
  if (!Begin(context)) return NoAnswer(name_, grpc::Status::CANCELLED);
  csi::v1::GetPluginInfoResponse info;
  const grpc::Status status = identity_->GetPluginInfo(&context, {}, &info);
  End();
  if (!status.ok()) return NoAnswer(name_, status);
  return Read(info);
}

bool Agent::Begin(grpc::ClientContext& context) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return false;
  context_ = &context;
  return true;
}

void Agent::End() {
  absl::MutexLock lock(&mutex_);
  context_ = nullptr;
}

void Agent::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  if (context_ != nullptr) context_->TryCancel();
}

absl::StatusOr<std::vector<Announcement>> Agent::Read(
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
