#include "tests/bench/agents/cases.h"

#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "identity/driver_info.h"

namespace holdfast::bench {
namespace {

using Stub = csi::v1::Controller::StubInterface;

constexpr absl::Duration kCall = absl::Seconds(30);
constexpr int64_t kBytes = int64_t{4} << 20;
constexpr int kPage = 100;

template <typename Request, typename Response>
absl::StatusOr<Response> Call(Swarm& swarm,
                              grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                           const Request&,
                                                           Response*),
                              const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kCall));
  Response response;
  const grpc::Status status =
      (swarm.csi().*method)(&context, request, &response);
  if (status.ok()) return response;
  return absl::InternalError(
      absl::StrCat(status.error_code(), ": ", status.error_message()));
}

csi::v1::CreateVolumeRequest CreateRequest(const std::string& name) {
  csi::v1::CreateVolumeRequest request;
  request.set_name(name);
  request.mutable_capacity_range()->set_required_bytes(kBytes);
  auto& capability = *request.add_volume_capabilities();
  capability.mutable_mount();
  capability.mutable_access_mode()->set_mode(
      csi::v1::VolumeCapability::AccessMode::SINGLE_NODE_WRITER);
  return request;
}

void SetNode(int agent, csi::v1::Topology& topology) {
  (*topology.mutable_segments())[identity::kTopologyKey] =
      Swarm::NodeName(agent);
}

absl::Status CreateAnywhere(Swarm& swarm, int number) {
  return Call(swarm, &Stub::CreateVolume,
              CreateRequest(absl::StrCat("anywhere-", number)))
      .status();
}

// As for a claim that waits for its first consumer, with strict topology.
absl::Status CreateOnNode(Swarm& swarm, int number) {
  auto request = CreateRequest(absl::StrCat("on-node-", number));
  SetNode(number % swarm.agents(),
          *request.mutable_accessibility_requirements()->add_requisite());
  return Call(swarm, &Stub::CreateVolume, request).status();
}

// The same as external-provisioner asks by default: every node will do, and
// the chosen one is the first in the order.
absl::Status CreatePreferred(Swarm& swarm, int number) {
  auto request = CreateRequest(absl::StrCat("preferred-", number));
  auto& topology = *request.mutable_accessibility_requirements();
  for (int i = 0; i < swarm.agents(); ++i) {
    SetNode(i, *topology.add_requisite());
    SetNode((number + i) % swarm.agents(), *topology.add_preferred());
  }
  return Call(swarm, &Stub::CreateVolume, request).status();
}

absl::Status Get(Swarm& swarm, int number) {
  csi::v1::ControllerGetVolumeRequest request;
  request.set_volume_id(swarm.VolumeId(number % swarm.agents(), 0));
  return Call(swarm, &Stub::ControllerGetVolume, request).status();
}

absl::Status ListAll(Swarm& swarm, int) {
  return Call(swarm, &Stub::ListVolumes, csi::v1::ListVolumesRequest())
      .status();
}

absl::Status ListOnePage(Swarm& swarm, int) {
  csi::v1::ListVolumesRequest request;
  request.set_max_entries(kPage);
  return Call(swarm, &Stub::ListVolumes, request).status();
}

absl::Status ListInPages(Swarm& swarm, int) {
  csi::v1::ListVolumesRequest request;
  request.set_max_entries(kPage);
  do {
    ASSIGN_OR_RETURN(const auto page, Call(swarm, &Stub::ListVolumes, request));
    request.set_starting_token(page.next_token());
  } while (!request.starting_token().empty());
  return absl::OkStatus();
}

absl::Status CapacityOfAll(Swarm& swarm, int) {
  return Call(swarm, &Stub::GetCapacity, csi::v1::GetCapacityRequest())
      .status();
}

absl::Status CapacityOfNode(Swarm& swarm, int number) {
  csi::v1::GetCapacityRequest request;
  SetNode(number % swarm.agents(), *request.mutable_accessible_topology());
  return Call(swarm, &Stub::GetCapacity, request).status();
}

}  // namespace

std::vector<Case> AllCases() {
  return {{"get", &Get},
          {"create", &CreateAnywhere},
          {"create_on_node", &CreateOnNode},
          {"create_preferred", &CreatePreferred},
          {"list", &ListAll},
          {"list_page", &ListOnePage},
          {"list_in_pages", &ListInPages},
          {"capacity", &CapacityOfAll},
          {"capacity_of_node", &CapacityOfNode}};
}

}  // namespace holdfast::bench
