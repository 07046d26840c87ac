// What is done to a machine outside of a pool that serves: making, opening and
// raising pools, and what the controller keeps.

#ifndef HOLDFAST_TESTS_STEPS_MACHINE_STEPS_H_
#define HOLDFAST_TESTS_STEPS_MACHINE_STEPS_H_

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/fakes/fake_kernel.h"

namespace holdfast::steps {

struct MachineStep {
  std::string name;
  std::function<void(fakes::FakeKernel&)> prepare;
  // OK if it is done, by this run or by one before.
  std::function<absl::Status(fakes::FakeKernel&)> run;
  // What OK promised is there, also after a power cut.
  std::function<bool(fakes::FakeKernel&)> is_done;
  // What the machine itself has attached when it has started again.
  std::function<void(fakes::FakeKernel&)> boot = [](fakes::FakeKernel&) {};
};

inline std::ostream& operator<<(std::ostream& out, const MachineStep& step) {
  return out << step.name;
}

std::vector<MachineStep> MachineSteps();

}  // namespace holdfast::steps

#endif  // HOLDFAST_TESTS_STEPS_MACHINE_STEPS_H_
