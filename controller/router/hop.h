// From the router to an agent.

#ifndef HOLDFAST_CONTROLLER_ROUTER_HOP_H_
#define HOLDFAST_CONTROLLER_ROUTER_HOP_H_

#include <grpcpp/grpcpp.h>

#include <memory>

#include "absl/status/status.h"
#include "base/operation.h"
#include "controller/router/agent.h"
#include "controller/router/agents.h"
#include "csi/v1/csi.grpc.pb.h"

namespace holdfast::controller {

// One call of the router, on its way to the agents.
struct Hop {
  grpc::ServerContext& caller;
  Operation& operation;
  Agents& agents;
};

template <typename Request, typename Response>
using Method = grpc::Status (csi::v1::Controller::StubInterface::*)(
    grpc::ClientContext*, const Request&, Response*);

// A context that ends when the caller's call does, or a little earlier (see
// deadline.h).
std::unique_ptr<grpc::ClientContext> ContextFor(const Hop& hop);

// What the agent's answer means to the caller. Its errors pass as they are. A
// connection that failed is UNAVAILABLE, and what may still be going on there
// is named with the agent.
absl::Status FromAgent(const Agent& agent, const grpc::Status& status);

// Calls one method of one agent.
template <typename Request, typename Response>
absl::Status CallAgent(const Hop& hop, Agent& agent,
                       Method<Request, Response> method, const Request& request,
                       Response& response) {
  const auto context = ContextFor(hop);
  const absl::Status status = FromAgent(
      agent, (agent.controller().*method)(context.get(), request, &response));
  if (absl::IsUnavailable(status)) hop.agents.Doubt(agent);
  return status;
}

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_HOP_H_
