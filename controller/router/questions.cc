#include "controller/router/questions.h"

#include <utility>

namespace holdfast::controller {
namespace {

struct Pending {
  std::shared_ptr<Agent> agent;  // outlives its place in the directory
  std::function<void(Questions::Answer)> done;
};

}  // namespace

Questions::Questions() : thread_([this] { Run(); }) {}

Questions::~Questions() { queue_.Shutdown(); }

void Questions::Ask(std::shared_ptr<Agent> agent, absl::Duration patience,
                    std::function<void(Answer)> done) {
  Agent& asked = *agent;
  auto pending = std::make_unique<Pending>(
      Pending{.agent = std::move(agent), .done = std::move(done)});
  asked.Ask(queue_, patience, pending.release());
}

// Not gRPC's callback API: in 1.51 the process may abort (a reference count)
// when the last channel that used it goes.
void Questions::Run() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
    const std::unique_ptr<Pending> pending(static_cast<Pending*>(tag));
    pending->done(pending->agent->Read());
  }
}

}  // namespace holdfast::controller
