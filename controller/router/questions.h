// What the agents are asked for while nobody waits for it.

#ifndef HOLDFAST_CONTROLLER_ROUTER_QUESTIONS_H_
#define HOLDFAST_CONTROLLER_ROUTER_QUESTIONS_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/router/agent.h"

namespace holdfast::controller {

// Asks agents what they announce, side by side and in one thread, however many
// they are. Thread-safe.
class Questions {
 public:
  using Answer = absl::StatusOr<std::vector<Announcement>>;

  Questions();
  // The agents asked are closed, and nobody asks more: waits for the answers.
  ~Questions();

  Questions(const Questions&) = delete;
  Questions& operator=(const Questions&) = delete;

  // Calls `done` in that thread, once: see Agent::Read. One question to an
  // agent at a time.
  void Ask(std::shared_ptr<Agent> agent, absl::Duration patience,
           std::function<void(Answer)> done);

 private:
  void Run();

  grpc::CompletionQueue queue_;
  std::jthread thread_;  // the last member: joined before the queue goes
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_QUESTIONS_H_
