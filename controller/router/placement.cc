#include "controller/router/placement.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/status.h"
#include "controller/router/pool_choice.h"

namespace holdfast::controller {
namespace {

using Stub = csi::v1::Controller::StubInterface;
using Connected = Agents::Connected;

constexpr char kPoolBackend = 'p';

struct Candidate {
  Connected connected;
  int rank;      // among the preferred topologies
  int64_t room;  // bytes
};

// Better ones first.
bool operator<(const Candidate& a, const Candidate& b) {
  return std::pair(a.rank, -a.room) < std::pair(b.rank, -b.room);
}

// Those whom the parameter "pool" and the topology requirement allow, and those
// absent whom they do not rule out.
absl::StatusOr<Roster> Allowed(const Hop& hop, const Parameters& parameters,
                               const TopologyRequirement& topology) {
  ASSIGN_OR_RETURN(Roster roster,
                   MeantPools(hop.agents.Reachable(hop.operation), parameters));
  std::erase_if(roster.connected, [&](const Connected& each) {
    return !Allows(topology, each.announcement.segments);
  });
  std::erase_if(roster.absent, [&](const Agents::Absent& each) {
    return each.announcement && !Allows(topology, each.announcement->segments);
  });
  return roster;
}

absl::Status NoPool(const Roster& roster) {
  if (!roster.absent.empty()) return absl::UnavailableError(roster.Reasons());
  return absl::ResourceExhaustedError(
      "no pool can be reached from where the topology requirement allows; "
      "allow a node that has one");
}

void MarkSilent(Roster& roster, const Connected& agent,
                const absl::Status& status) {
  roster.absent.push_back({std::string(status.message()), agent.announcement});
}

// Who has the volume already. If nobody: those that may be chosen.
struct Search {
  std::optional<Connected> owner;
  Roster others;
};

// Looks for a volume of this name. An agent that is silent, or cannot say, is
// treated as one that could not be reached.
Search FindOwner(const Hop& hop, const Roster& allowed,
                 const std::string& name) {
  std::vector<csi::v1::ControllerGetVolumeRequest> requests;
  for (const auto& each : allowed.connected) {
    requests.emplace_back().set_volume_id(
        MakeId(kPoolBackend, each.announcement.home, IdKind::kVolume, name));
  }
  const auto answers = AskEach(hop, allowed.connected,
                               &Stub::AsyncControllerGetVolume, requests);
  Roster others{.absent = allowed.absent};
  for (size_t i = 0; i < answers.size(); ++i) {
    const Connected& agent = allowed.connected[i];
    const absl::Status& status = answers[i].status();
    if (status.ok()) return Search{.owner = agent};
    if (absl::IsNotFound(status)) {
      others.connected.push_back(agent);
    } else {
      MarkSilent(others, agent, status);
    }
  }
  return Search{.others = std::move(others)};
}

csi::v1::GetCapacityRequest RoomFor(
    const csi::v1::CreateVolumeRequest& create) {
  csi::v1::GetCapacityRequest request;
  *request.mutable_volume_capabilities() = create.volume_capabilities();
  *request.mutable_parameters() = create.parameters();
  return request;
}

// The agents, better ones first. One that does not say its room has none.
Roster InOrder(const Hop& hop, const Roster& allowed,
               const TopologyRequirement& topology,
               const csi::v1::GetCapacityRequest& request) {
  const auto answers = AskEach(hop, allowed.connected, &Stub::AsyncGetCapacity,
                               std::vector(allowed.connected.size(), request));
  Roster ordered{.absent = allowed.absent};
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < answers.size(); ++i) {
    const Connected& agent = allowed.connected[i];
    if (IsSilence(answers[i].status())) {
      MarkSilent(ordered, agent, answers[i].status());
      continue;
    }
    candidates.push_back(
        {.connected = agent,
         .rank = Preference(topology, agent.announcement.segments)
                     .value_or(std::numeric_limits<int>::max()),
         .room = answers[i].ok() ? answers[i]->available_capacity() : 0});
  }
  std::stable_sort(candidates.begin(), candidates.end());
  for (const auto& each : candidates) {
    ordered.connected.push_back(each.connected);
  }
  return ordered;
}

// Only the pool that an earlier call chose.
absl::StatusOr<Roster> Again(const Roster& allowed,
                             const Announcement& chosen) {
  for (const auto& each : allowed.connected) {
    if (each.announcement.home == chosen.home) {
      return Roster{.connected = {each}};
    }
  }
  return absl::UnavailableError(absl::StrCat(
      "an earlier call may have made the volume in the pool ", chosen.home,
      ", which is not connected or not asked for now: repeat that call. ",
      allowed.Reasons()));
}

// True if a volume may have been made, or be so yet.
bool IsUnsure(const absl::Status& status) {
  return IsSilence(status) || absl::IsAborted(status);
}

// The agents to try in turn. A single one is asked nothing beforehand.
absl::StatusOr<Roster> Choose(const Hop& hop, const CreateVolumeArgs& args,
                              const csi::v1::CreateVolumeRequest& request,
                              Roster roster) {
  const bool has_choice = roster.connected.size() > 1;
  if (has_choice) {
    Search search = FindOwner(hop, roster, args.spec.name);
    if (search.owner) return Roster{.connected = {*search.owner}};
    roster = std::move(search.others);
  }
  if (args.spec.source.kind != backend::ContentSource::Kind::kNone) {
    const std::string& id = args.spec.source.id;
    ASSIGN_OR_RETURN(const auto agent, hop.agents.ForId(id, hop.operation));
    return Roster{.connected = {{agent, {.home = ParseId(id)->home}}}};
  }
  return has_choice ? InOrder(hop, roster, args.topology, RoomFor(request))
                    : roster;
}

}  // namespace

absl::Status Placement::Place(const Hop& hop, const CreateVolumeArgs& args,
                              const csi::v1::CreateVolumeRequest& request,
                              csi::v1::CreateVolumeResponse& response) {
  ASSIGN_OR_RETURN(Roster roster,
                   Allowed(hop, request.parameters(), args.topology));
  const auto chosen = choices_.Find(request.name());
  const bool counts = chosen && !hop.agents.IsForgotten(chosen->home);
  if (counts && Allows(args.topology, chosen->segments)) {
    ASSIGN_OR_RETURN(const Roster again, Again(roster, *chosen));
    const absl::Status status = Try(hop, again, request, response);
    if (!absl::IsResourceExhausted(status)) return status;
  }
  ASSIGN_OR_RETURN(roster, Choose(hop, args, request, std::move(roster)));
  return Try(hop, roster, request, response);
}

absl::Status Placement::Try(const Hop& hop, const Roster& roster,
                            const csi::v1::CreateVolumeRequest& request,
                            csi::v1::CreateVolumeResponse& response) {
  absl::Status status = NoPool(roster);
  for (const auto& each : roster.connected) {
    choices_.Remember(request.name(), each.announcement);
    status =
        CallAgent(hop, *each.agent, &Stub::CreateVolume, request, response);
    if (IsUnsure(status)) return status;
    choices_.Forget(request.name());
    if (!absl::IsResourceExhausted(status)) return status;
  }
  if (roster.absent.empty() || roster.connected.empty()) return status;
  return absl::UnavailableError(
      absl::StrCat(status.message(), "; there might be room elsewhere, but ",
                   roster.Reasons()));
}

}  // namespace holdfast::controller
