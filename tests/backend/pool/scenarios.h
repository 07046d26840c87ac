// The verbs of the pool, each on a pool that is made ready for it.

#ifndef HOLDFAST_TESTS_BACKEND_POOL_SCENARIOS_H_
#define HOLDFAST_TESTS_BACKEND_POOL_SCENARIOS_H_

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "backend/backend.h"
#include "tests/backend/pool/pool_fixture.h"

namespace holdfast::pool {

// `act` answers OK if the verb is done. It is called through
// IdempotentBackend, as the services do, and may be repeated.
struct Scenario {
  std::string name;
  std::function<void(PoolFixture&)> prepare;
  std::function<absl::Status(PoolFixture&, backend::Backend&)> act;
};

inline void PrintTo(const Scenario& scenario, std::ostream* out) {
  *out << scenario.name;
}

std::vector<Scenario> Scenarios();

// The same for volumes of other types than the default, and thick ones.
std::vector<Scenario> TypeScenarios();

// Volumes in use, larger copies, and questions.
std::vector<Scenario> UseScenarios();

// All of these.
std::vector<Scenario> AllScenarios();

}  // namespace holdfast::pool

#endif  // HOLDFAST_TESTS_BACKEND_POOL_SCENARIOS_H_
