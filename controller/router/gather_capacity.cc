#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "base/status.h"
#include "controller/router/gather.h"

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
  auto [connected, absent] = hop.agents.Reachable(hop.operation);
  std::vector<Answer> pools;
  for (const auto& [agent, announcement] : connected) {
    if (!Within(announcement.segments, args.topology)) continue;
    Answer answer;
    const absl::Status status =
        CallAgent(hop, *agent, &Stub::GetCapacity, request, answer);
    if (status.ok()) {
      pools.push_back(answer);
    } else if (absl::IsUnavailable(status)) {
      absent.emplace_back(status.message());
    } else {
      return status;
    }
  }
  if (!pools.empty()) {
    response = Sum(pools);
  } else if (!absent.empty()) {
    return absl::UnavailableError(absl::StrJoin(absent, "; "));
  }
  return absl::OkStatus();
}

}  // namespace holdfast::controller
