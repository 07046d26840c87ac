// Which pools can be reached through which agents, at one moment.

#ifndef HOLDFAST_CONTROLLER_ROUTER_ROSTER_H_
#define HOLDFAST_CONTROLLER_ROUTER_ROSTER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/router/agent.h"

namespace holdfast::controller {

struct Roster {
  // A pool and the agent that answers for it.
  struct Connected {
    std::shared_ptr<Agent> agent;  // outlives its place in the directory
    Announcement announcement;
  };

  // A pool that was announced since the start and cannot be reached, or an
  // agent (or a name that should lead to agents) that has told nothing yet.
  struct Absent {
    std::string reason;
    std::optional<Announcement> announcement = std::nullopt;  // the pool's
  };

  std::vector<Connected> connected = {};  // by home: the order of ids
  std::vector<Absent> absent = {};

  // Why the absent do not answer, each once, one after the other.
  std::string Reasons() const;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_ROSTER_H_
