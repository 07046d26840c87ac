// The calls of the controller whose cost may grow with the number of agents.

#ifndef HOLDFAST_TESTS_BENCH_AGENTS_CASES_H_
#define HOLDFAST_TESTS_BENCH_AGENTS_CASES_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/bench/agents/swarm.h"

namespace holdfast::bench {

struct Case {
  std::string name;  // as the report has it
  std::function<absl::Status(Swarm& swarm, int number)> run;
};

// Each may be run again and again with growing numbers. What they make stays,
// but for the room that it takes in pools of 1 TiB.
std::vector<Case> AllCases();

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_AGENTS_CASES_H_
