#include "controller/router/placement.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "base/ids.h"
#include "base/status.h"

namespace holdfast::controller {
namespace {

using Stub = csi::v1::Controller::StubInterface;
using Connected = Agents::Connected;

constexpr char kPoolBackend = 'p';

struct Candidate {
  Agent* agent;
  int rank;      // among the preferred topologies
  int64_t room;  // bytes
};

// Better ones first.
bool operator<(const Candidate& a, const Candidate& b) {
  return std::pair(a.rank, -a.room) < std::pair(b.rank, -b.room);
}

absl::StatusOr<std::vector<Connected>> Allowed(const Hop& hop,
                                               const CreateVolumeArgs& args) {
  Agents::Roster roster = hop.agents.Reachable(hop.operation);
  std::erase_if(roster.connected, [&](const Connected& each) {
    return !Allows(args.topology, each.announcement.segments);
  });
  if (!roster.connected.empty()) return std::move(roster.connected);
  if (!roster.absent.empty()) {
    return absl::UnavailableError(absl::StrJoin(roster.absent, "; "));
  }
  return absl::ResourceExhaustedError(
      "no pool can be reached from where the topology requirement allows; "
      "allow a node that has one");
}

// True if the agent has a volume of this name. One that fails to answer is
// treated as one that could not be reached: false.
absl::StatusOr<bool> HasVolume(const Hop& hop, const Connected& connected,
                               const std::string& name) {
  csi::v1::ControllerGetVolumeRequest request;
  csi::v1::ControllerGetVolumeResponse response;
  request.set_volume_id(
      MakeId(kPoolBackend, connected.announcement.home, IdKind::kVolume, name));
  const absl::Status status = CallAgent(
      hop, *connected.agent, &Stub::ControllerGetVolume, request, response);
  if (status.ok()) return true;
  if (absl::IsNotFound(status) || absl::IsUnavailable(status)) return false;
  return status;
}

// The agent that has the volume already; null if none does.
absl::StatusOr<Agent*> Owner(const Hop& hop,
                             const std::vector<Connected>& allowed,
                             const std::string& name) {
  for (const auto& connected : allowed) {
    ASSIGN_OR_RETURN(const bool has, HasVolume(hop, connected, name));
    if (has) return connected.agent;
  }
  return nullptr;
}

// The room for such a volume; none if the agent does not say.
int64_t RoomAt(const Hop& hop, Agent& agent,
               const csi::v1::CreateVolumeRequest& create) {
  csi::v1::GetCapacityRequest request;
  csi::v1::GetCapacityResponse response;
  *request.mutable_volume_capabilities() = create.volume_capabilities();
  *request.mutable_parameters() = create.parameters();
  const absl::Status status =
      CallAgent(hop, agent, &Stub::GetCapacity, request, response);
  return status.ok() ? response.available_capacity() : 0;
}

std::vector<Agent*> InOrder(const Hop& hop,
                            const std::vector<Connected>& allowed,
                            const CreateVolumeArgs& args,
                            const csi::v1::CreateVolumeRequest& request) {
  std::vector<Candidate> candidates;
  for (const auto& [agent, announcement] : allowed) {
    candidates.push_back(
        {.agent = agent,
         .rank = Preference(args.topology, announcement.segments)
                     .value_or(std::numeric_limits<int>::max()),
         .room = RoomAt(hop, *agent, request)});
  }
  std::sort(candidates.begin(), candidates.end());
  std::vector<Agent*> ordered;
  for (const auto& each : candidates) ordered.push_back(each.agent);
  return ordered;
}

absl::StatusOr<std::vector<Agent*>> Choose(
    const Hop& hop, const CreateVolumeArgs& args,
    const csi::v1::CreateVolumeRequest& request) {
  ASSIGN_OR_RETURN(const auto allowed, Allowed(hop, args));
  const bool has_source =
      args.spec.source.kind != backend::ContentSource::Kind::kNone;
  if (allowed.size() > 1) {
    ASSIGN_OR_RETURN(Agent* const owner, Owner(hop, allowed, args.spec.name));
    if (owner != nullptr) return std::vector<Agent*>{owner};
  }
  if (has_source) {
    ASSIGN_OR_RETURN(Agent* const agent,
                     hop.agents.ForId(args.spec.source.id, hop.operation));
    return std::vector<Agent*>{agent};
  }
  if (allowed.size() == 1) return std::vector<Agent*>{allowed.front().agent};
  return InOrder(hop, allowed, args, request);
}

}  // namespace

absl::Status Place(const Hop& hop, const CreateVolumeArgs& args,
                   const csi::v1::CreateVolumeRequest& request,
                   csi::v1::CreateVolumeResponse& response) {
  ASSIGN_OR_RETURN(const auto agents, Choose(hop, args, request));
  absl::Status status;
  for (Agent* const agent : agents) {
    status = CallAgent(hop, *agent, &Stub::CreateVolume, request, response);
    if (!absl::IsResourceExhausted(status)) break;
  }
  return status;
}

}  // namespace holdfast::controller
