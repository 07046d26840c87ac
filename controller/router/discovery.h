// Where the agents are: from a list, and from names that are looked up again
// and again.

#ifndef HOLDFAST_CONTROLLER_ROUTER_DISCOVERY_H_
#define HOLDFAST_CONTROLLER_ROUTER_DISCOVERY_H_

#include <map>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controller/router/agents.h"
#include "rpc/endpoint.h"
#include "rpc/resolver.h"

namespace holdfast::controller {

// Every address of the name is an agent at this port.
struct AgentName {
  std::string name;
  int port = 0;
};
using AgentSource = std::variant<rpc::Endpoint, AgentName>;

// Reads "dns:///name:port" and what rpc::ParseEndpoint reads.
// INVALID_ARGUMENT.
absl::StatusOr<AgentSource> ParseAgentSource(absl::string_view text);

// Keeps a directory of agents in step with the sources, in a thread of its own,
// and has it asked again what it knows, so that what changes is learnt without
// calls too, and written down at once. One ever for a directory: the destructor
// closes Learnt() for good. A name that cannot be resolved keeps the addresses
// that it had; if it had none, lists fail with the reason. Thread-safe.
class Discovery {
 public:
  // The references must outlive it. The directory has the listed agents when
  // this returns; the names are being resolved.
  Discovery(std::vector<AgentSource> sources, rpc::Resolver& resolver,
            Agents& agents, absl::Duration period = absl::Seconds(5));
  ~Discovery();

  Discovery(const Discovery&) = delete;
  Discovery& operator=(const Discovery&) = delete;

 private:
  // The agents at the addresses of one name, and what is wrong with it.
  struct Found {
    std::vector<rpc::Endpoint> endpoints;
    std::vector<std::string> problems;
  };

  void Run();
  // Has written down what is learnt meanwhile; false when it is to end.
  bool RecordUntil(absl::Time end);
  void Resolve();
  Found Lookup(const AgentName& name);
  void Publish();

  const std::vector<AgentSource> sources_;
  rpc::Resolver& resolver_;
  Agents& agents_;
  const absl::Duration period_;
  std::map<std::string, Found> found_;  // by name and port; the thread's own
  std::jthread thread_;  // the last member: joined before the others go
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_DISCOVERY_H_
