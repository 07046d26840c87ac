#include "controller/router/admin_pools.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::controller {
namespace {

using Stub = v1::Admin::StubInterface;
using Connected = Agents::Connected;

constexpr size_t kHomeBytes = 16;
constexpr size_t kUuidBytes = 36;

void AddFailed(const Roster::Absent& absent, v1::ListPoolsResponse& response) {
  v1::Pool& pool = *response.add_pools();
  if (absent.announcement) {
    pool.set_name(absent.announcement->name);
    pool.set_home(absent.announcement->home);
    pool.set_node_id(absent.announcement->node);
  }
  pool.set_error(absent.reason);
}

// Each agent once.
std::vector<Connected> AgentsOf(const Roster& roster) {
  std::vector<Connected> agents;
  for (const auto& each : roster.connected) {
    const bool known =
        std::any_of(agents.begin(), agents.end(),
                    [&](const Connected& a) { return a.agent == each.agent; });
    if (!known) agents.push_back(each);
  }
  return agents;
}

// The pools of one agent, as it answered.
void AddPools(const Hop& hop, const Roster& roster, const Agent& agent,
              const absl::StatusOr<v1::ListPoolsResponse>& answer,
              v1::ListPoolsResponse& response) {
  if (!answer.ok()) {
    for (const auto& each : roster.connected) {
      if (each.agent.get() != &agent) continue;
      AddFailed({std::string(answer.status().message()), each.announcement},
                response);
    }
    return;
  }
  for (const v1::Pool& pool : answer->pools()) {
    if (!hop.agents.IsForgotten(pool.home())) *response.add_pools() = pool;
  }
}

bool IsHex(char c) {
  return absl::ascii_isxdigit(static_cast<unsigned char>(c)) &&
         !absl::ascii_isupper(static_cast<unsigned char>(c));
}

// Of a pool that is called by its uuid or its home.
absl::StatusOr<std::string> HomeFrom(const std::string& pool) {
  const auto plain = std::all_of(pool.begin(), pool.end(),
                                 [](char c) { return IsHex(c) || c == '-'; });
  const bool dashes = pool.find('-') != std::string::npos;
  if (plain && pool.size() == kHomeBytes && !dashes) return pool;
  if (plain && pool.size() == kUuidBytes && dashes) return HomeOf(pool);
  return absl::InvalidArgumentError(
      absl::StrCat(Quote(pool),
                   " is neither the uuid of a pool (36 characters) nor its "
                   "home (the 16 after the \"p\" in ids); `holdfast pools` "
                   "shows the home"));
}

}  // namespace

absl::Status ListAllPools(const Hop& hop, v1::ListPoolsResponse& response) {
  const Roster roster = hop.agents.Everybody(hop.operation);
  const std::vector<Connected> agents = AgentsOf(roster);
  const auto answers =
      AskEach(hop, agents, &Stub::AsyncListPools,
              std::vector<v1::ListPoolsRequest>(agents.size()));
  for (size_t i = 0; i < agents.size(); ++i) {
    AddPools(hop, roster, *agents[i].agent, answers[i], response);
  }
  for (const auto& absent : roster.absent) AddFailed(absent, response);
  for (const std::string& home : hop.agents.Forgotten()) {
    v1::Pool& pool = *response.add_pools();
    pool.set_home(home);
    pool.set_forgotten(true);
  }
  return absl::OkStatus();
}

absl::Status ForgetOnePool(const Hop& hop,
                           const v1::ForgetPoolRequest& request) {
  ASSIGN_OR_RETURN(const std::string home, HomeFrom(request.pool()));
  if (!request.data_is_lost()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "to forget the pool ", request.pool(),
        " is to give up all volumes and snapshots in it; say that its data is "
        "lost if that is so"));
  }
  return hop.agents.Forget(home, hop.operation);
}

}  // namespace holdfast::controller
