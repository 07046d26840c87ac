#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "controller/router/gather.h"

namespace holdfast::controller {
namespace {

using Stub = csi::v1::Controller::StubInterface;
using Connected = Agents::Connected;

// Keeps a message between router and agent well below any limit of gRPC.
constexpr int kPageEntries = 1000;

const std::string& IdOf(const csi::v1::ListVolumesResponse::Entry& entry) {
  return entry.volume().volume_id();
}

const std::string& IdOf(const csi::v1::ListSnapshotsResponse::Entry& entry) {
  return entry.snapshot().snapshot_id();
}

// How many more entries the caller wants, at most one page.
template <typename Request, typename Response>
int Wanted(const Request& request, const Response& response) {
  if (request.max_entries() == 0) return kPageEntries;
  return std::min(request.max_entries() - response.entries_size(),
                  kPageEntries);
}

// Appends what the agent has after `token`, to its end or until the caller has
// what it wants; next_token then says where to go on.
template <typename Request, typename Response>
absl::Status Append(const Hop& hop, Agent& agent,
                    Method<Request, Response> method, const Request& request,
                    const std::string& token, Response& response) {
  Request page_request = request;
  page_request.set_starting_token(token);
  do {
    page_request.set_max_entries(Wanted(request, response));
    Response page;
    RETURN_IF_ERROR(CallAgent(hop, agent, method, page_request, page));
    for (auto& entry : *page.mutable_entries()) {
      response.add_entries()->Swap(&entry);
    }
    page_request.set_starting_token(page.next_token());
  } while (!page_request.starting_token().empty() &&
           Wanted(request, response) > 0);
  response.set_next_token(page_request.starting_token());
  return absl::OkStatus();
}

// A list that a silent agent cut short is not answered, however it was silent.
absl::Status Complete(const absl::Status& status) {
  return absl::IsDeadlineExceeded(status)
             ? WithCode(status, absl::StatusCode::kUnavailable)
             : status;
}

// Goes through `agents`, which are in order of ids, from where the token is.
template <typename Request, typename Response>
absl::Status Gather(const Hop& hop, const std::vector<Connected>& agents,
                    Method<Request, Response> method, const Request& request,
                    Response& response) {
  const std::string& token = request.starting_token();
  const std::optional<ParsedId> start = ParseId(token);
  for (const auto& [agent, announcement] : agents) {
    if (start && announcement.home < start->home) continue;
    if (Wanted(request, response) == 0) {
      response.set_next_token(IdOf(*response.entries().rbegin()));
    }
    if (!response.next_token().empty()) break;
    const bool here = start && announcement.home == start->home;
    RETURN_IF_ERROR(Complete(
        Append(hop, *agent, method, request, here ? token : "", response)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status GatherVolumes(const Hop& hop,
                           const csi::v1::ListVolumesRequest& request,
                           csi::v1::ListVolumesResponse& response) {
  ASSIGN_OR_RETURN(const auto agents, hop.agents.All(hop.operation));
  return Gather(hop, agents, &Stub::ListVolumes, request, response);
}

absl::Status GatherSnapshots(const Hop& hop,
                             const csi::v1::ListSnapshotsRequest& request,
                             csi::v1::ListSnapshotsResponse& response) {
  const std::string& filter = request.snapshot_id().empty()
                                  ? request.source_volume_id()
                                  : request.snapshot_id();
  if (filter.empty()) {
    ASSIGN_OR_RETURN(const auto agents, hop.agents.All(hop.operation));
    return Gather(hop, agents, &Stub::ListSnapshots, request, response);
  }
  const auto agent = hop.agents.ForId(filter, hop.operation);
  if (absl::IsNotFound(agent.status())) return absl::OkStatus();
  RETURN_IF_ERROR(agent.status());
  return Complete(Append(hop, **agent, &Stub::ListSnapshots, request,
                         request.starting_token(), response));
}

}  // namespace holdfast::controller
