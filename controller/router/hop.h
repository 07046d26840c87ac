// From the router to an agent.

#ifndef HOLDFAST_CONTROLLER_ROUTER_HOP_H_
#define HOLDFAST_CONTROLLER_ROUTER_HOP_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/operation.h"
#include "controller/router/agent.h"
#include "controller/router/agents.h"
#include "csi/v1/csi.grpc.pb.h"
#include "holdfast/v1/admin.grpc.pb.h"

namespace holdfast::controller {

// One call of the router, on its way to the agents.
struct Hop {
  grpc::ServerContext& caller;
  Operation& operation;
  Agents& agents;
};

// A method of one of an agent's services.
template <typename Service, typename Request, typename Response>
using Method = grpc::Status (Service::*)(grpc::ClientContext*, const Request&,
                                         Response*);

template <typename Service, typename Request, typename Response>
using AsyncMethod =
    std::unique_ptr<grpc::ClientAsyncResponseReaderInterface<Response>> (
        Service::*)(grpc::ClientContext*, const Request&,
                    grpc::CompletionQueue*);

// The agent's end of that service.
template <typename Service>
Service& ServiceOf(Agent& agent) {
  if constexpr (std::is_same_v<Service, v1::Admin::StubInterface>) {
    return agent.admin();
  } else {
    return agent.controller();
  }
}

// A context that ends at `deadline`, or when the caller's call does.
std::unique_ptr<grpc::ClientContext> ContextFor(const Hop& hop,
                                                absl::Time deadline);

// What the agent's answer means to the caller. Its errors pass as they are. A
// connection that failed is UNAVAILABLE, and what may still be going on there
// is named with the agent.
absl::Status FromAgent(const Agent& agent, const grpc::Status& status);

// True if that was no answer of the agent, but that it could not be reached or
// did not answer in time.
bool IsSilence(const absl::Status& status);

// FromAgent, and an agent that was silent is doubted (see agents.h).
absl::Status Heard(const Hop& hop, const Agent& agent,
                   const grpc::Status& status);

// The deadlines, see deadline.h: for the one call that it is all about, and
// for questions to several agents before that.
absl::Time CallDeadline(const Hop& hop);
absl::Time QuestionDeadline(const Hop& hop);

// Calls one method of one agent.
template <typename Service, typename Request, typename Response>
absl::Status CallAgent(const Hop& hop, Agent& agent,
                       Method<Service, Request, Response> method,
                       const Request& request, Response& response) {
  const auto context = ContextFor(hop, CallDeadline(hop));
  return Heard(
      hop, agent,
      (ServiceOf<Service>(agent).*method)(context.get(), request, &response));
}

// Asks agents side by side, each its own of the `requests`, and answers in
// their order. One that hangs takes a share of the time, once.
template <typename Service, typename Request, typename Response>
std::vector<absl::StatusOr<Response>> AskEach(
    const Hop& hop, const std::vector<Agents::Connected>& agents,
    AsyncMethod<Service, Request, Response> method,
    const std::vector<Request>& requests) {
  struct Question {
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientAsyncResponseReaderInterface<Response>> reader;
    Response response;
    grpc::Status status;
  };
  const absl::Time deadline = QuestionDeadline(hop);
  std::vector<Question> questions(agents.size());
  grpc::CompletionQueue queue;
  for (size_t i = 0; i < agents.size(); ++i) {
    Question& each = questions[i];
    each.context = ContextFor(hop, deadline);
    each.reader = (ServiceOf<Service>(*agents[i].agent).*method)(
        each.context.get(), requests[i], &queue);
    each.reader->Finish(&each.response, &each.status, &each);
  }
  queue.Shutdown();  // Next is false once all of them have ended.
  void* tag = nullptr;
  bool ok = false;
  while (queue.Next(&tag, &ok)) continue;
  std::vector<absl::StatusOr<Response>> answers;
  for (size_t i = 0; i < agents.size(); ++i) {
    const absl::Status status =
        Heard(hop, *agents[i].agent, questions[i].status);
    if (status.ok()) {
      answers.emplace_back(std::move(questions[i].response));
    } else {
      answers.emplace_back(status);
    }
  }
  return answers;
}

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_HOP_H_
