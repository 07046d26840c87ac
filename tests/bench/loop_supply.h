// Unattached loop devices, made ahead.

#ifndef HOLDFAST_TESTS_BENCH_LOOP_SUPPLY_H_
#define HOLDFAST_TESTS_BENCH_LOOP_SUPPLY_H_

#include <vector>

#include "base/unique_fd.h"

namespace holdfast::bench {

// The kernel keeps loop devices once they are made: who comes first would pay
// for all who come later. While this lives there are at least `count` more
// devices than are attached when it is made; those that it adds go again with
// it (unless somebody uses them).
class LoopSupply {
 public:
  explicit LoopSupply(int count);
  LoopSupply(const LoopSupply&) = delete;
  LoopSupply& operator=(const LoopSupply&) = delete;
  ~LoopSupply();

 private:
  const UniqueFd control_;
  std::vector<int> added_;
};

}  // namespace holdfast::bench

#endif  // HOLDFAST_TESTS_BENCH_LOOP_SUPPLY_H_
