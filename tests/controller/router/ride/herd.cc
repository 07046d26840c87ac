#include "tests/controller/router/ride/herd.h"

namespace holdfast::controller {

Herd::Herd(uint32_t seed) : random_(seed) {
  for (int i = 0; i < kAgents; ++i) {
    agents_.push_back(std::make_unique<PoolAgent>(
        NewAddress(), "pool-" + std::to_string(i), NodeName(i)));
  }
}

// Calls that hang would hang the end of the servers.
Herd::~Herd() { Calm(); }

rpc::Endpoint Herd::NewAddress() {
  return directory_.Socket("a" + std::to_string(++addresses_));
}

std::vector<rpc::Endpoint> Herd::Listed() const {
  std::vector<rpc::Endpoint> listed;
  for (int i = 0; i < kAgents; ++i) {
    if (states_[i] == State::kUnlisted) continue;
    listed.push_back(agents_[i]->endpoint());
  }
  return listed;
}

void Herd::Disturb() {
  const int agent = kSteady + Random(kAgents - kSteady);
  if (states_[agent] == State::kWell) {
    Break(agent);
  } else {
    Mend(agent);
  }
}

void Herd::Break(int agent) {
  PoolAgent& broken = *agents_[agent];
  switch (Random(4)) {
    case 0:
      ++counts_["stops"];
      broken.Stop();
      states_[agent] = State::kStopped;
      return;
    case 1:
      ++counts_["hangs"];
      broken.Freeze();
      states_[agent] = State::kHanging;
      return;
    case 2:
      ++counts_["moves"];
      broken.Stop();
      broken.Start(NewAddress());
      return;
    default:
      ++counts_["left out"];
      states_[agent] = State::kUnlisted;
  }
}

void Herd::Mend(int agent) {
  PoolAgent& mended = *agents_[agent];
  switch (states_[agent]) {
    case State::kStopped:
      if (Random(2) == 0) {
        mended.Start();
      } else {
        mended.Start(NewAddress());
      }
      break;
    case State::kHanging:
      mended.Thaw();
      break;
    default:
      break;
  }
  states_[agent] = State::kWell;
}

void Herd::Calm() {
  for (int i = 0; i < kAgents; ++i) Mend(i);
}

std::multiset<std::string> Herd::AllVolumes() {
  std::multiset<std::string> ids;
  for (const auto& agent : agents_) {
    const auto page =
        agent->pool().backend().ListVolumes({.max_entries = 1 << 20});
    EXPECT_TRUE(page.ok()) << page.status();
    for (const auto& volume : page->entries) ids.insert(volume.id);
  }
  return ids;
}

}  // namespace holdfast::controller
