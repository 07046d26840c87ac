#include <algorithm>
#include <string>
#include <vector>

#include "base/status.h"
#include "controller/router/gather.h"
#include "controller/router/pool_choice.h"

namespace holdfast::controller {
namespace {

using Stub = csi::v1::Controller::StubInterface;
using Answer = csi::v1::GetCapacityResponse;

Answer Sum(const std::vector<Answer>& pools) {
  Answer sum = pools.front();
  for (const auto& pool : std::vector(pools.begin() + 1, pools.end())) {
    sum.set_available_capacity(sum.available_capacity() +
                               pool.available_capacity());
    auto& maximum = *sum.mutable_maximum_volume_size();
    maximum.set_value(
        std::max(maximum.value(), pool.maximum_volume_size().value()));
    auto& minimum = *sum.mutable_minimum_volume_size();
    minimum.set_value(
        std::min(minimum.value(), pool.minimum_volume_size().value()));
  }
  return sum;
}

}  // namespace

absl::Status GatherCapacity(const Hop& hop, const CapacityArgs& args,
                            const csi::v1::GetCapacityRequest& request,
                            csi::v1::GetCapacityResponse& response) {
  ASSIGN_OR_RETURN(
      Roster roster,
      MeantPools(hop.agents.Reachable(hop.operation), request.parameters()));
  std::erase_if(roster.connected, [&](const Agents::Connected& each) {
    return !Within(each.announcement.segments, args.topology);
  });
  const auto answers = AskEach(hop, roster.connected, &Stub::AsyncGetCapacity,
                               std::vector(roster.connected.size(), request));
  std::vector<Answer> pools;
  for (const auto& answer : answers) {
    if (answer.ok()) {
      pools.push_back(*answer);
    } else if (IsSilence(answer.status())) {
      roster.absent.push_back({std::string(answer.status().message()), {}});
    } else {
      return answer.status();
    }
  }
  if (!pools.empty()) {
    response = Sum(pools);
  } else if (!roster.absent.empty()) {
    return absl::UnavailableError(roster.Reasons());
  }
  return absl::OkStatus();
}

}  // namespace holdfast::controller
