// Many agents that come, go, hang and move.

#ifndef HOLDFAST_TESTS_CONTROLLER_ROUTER_RIDE_HERD_H_
#define HOLDFAST_TESTS_CONTROLLER_ROUTER_RIDE_HERD_H_

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/controller/router/running_agent.h"

namespace holdfast::controller {

// Agents with a pool in memory each. The first kSteady are never disturbed.
// Used by one thread, but for the constants.
class Herd {
 public:
  static constexpr int kAgents = HOLDFAST_RIDE_AGENTS;
  static constexpr int kSteady = 20;

  explicit Herd(uint32_t seed);
  ~Herd();

  static std::string NodeName(int agent) {
    return "node-" + std::to_string(agent);
  }
  const std::string& HomeOfAgent(int agent) { return agents_[agent]->home(); }
  // What a controller would find in its list, or be told by DNS.
  std::vector<rpc::Endpoint> Listed() const;

  // One disturbance of one agent: it stops, hangs, moves to another address,
  // is left out of the list; or, if it is disturbed, it is well again.
  void Disturb();
  // Everybody is well again.
  void Calm();

  // The ids of all volumes, by pool.
  std::multiset<std::string> AllVolumes();
  // How often each kind of disturbance happened.
  const std::map<std::string, int>& disturbances() const { return counts_; }

 private:
  enum class State { kWell, kStopped, kHanging, kUnlisted };

  int Random(int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random_);
  }
  rpc::Endpoint NewAddress();
  void Break(int agent);
  void Mend(int agent);

  SocketDirectory directory_;
  std::mt19937 random_;
  int addresses_ = 0;
  std::vector<std::unique_ptr<PoolAgent>> agents_;
  std::vector<State> states_{kAgents, State::kWell};
  std::map<std::string, int> counts_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_TESTS_CONTROLLER_ROUTER_RIDE_HERD_H_
