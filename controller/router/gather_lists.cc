#include <string>

#include "base/ids.h"
#include "base/status.h"
#include "controller/router/gather.h"
#include "controller/router/gather_list.h"

namespace holdfast::controller {
namespace {

using Stub = csi::v1::Controller::StubInterface;
}  // namespace

absl::Status GatherVolumes(const Hop& hop,
                           const csi::v1::ListVolumesRequest& request,
                           csi::v1::ListVolumesResponse& response) {
  ASSIGN_OR_RETURN(const auto agents, hop.agents.All(hop.operation));
  return GatherList(hop, agents, &Stub::ListVolumes, request, response);
}

absl::Status GatherSnapshots(const Hop& hop,
                             const csi::v1::ListSnapshotsRequest& request,
                             csi::v1::ListSnapshotsResponse& response) {
  const std::string& filter = request.snapshot_id().empty()
                                  ? request.source_volume_id()
                                  : request.snapshot_id();
  if (filter.empty()) {
    ASSIGN_OR_RETURN(const auto agents, hop.agents.All(hop.operation));
    return GatherList(hop, agents, &Stub::ListSnapshots, request, response);
  }
  const auto agent = hop.agents.ForId(filter, hop.operation);
  if (absl::IsNotFound(agent.status())) return absl::OkStatus();
  RETURN_IF_ERROR(agent.status());
  const ListPart part{.agent = **agent,
                      .home = ParseId(filter)->home,
                      .token = request.starting_token()};
  return Complete(
      AppendPart(hop, part, &Stub::ListSnapshots, request, response));
}

}  // namespace holdfast::controller
