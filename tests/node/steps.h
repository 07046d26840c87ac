// The operations of the node, each from a world that is ready for it.

#ifndef HOLDFAST_TESTS_NODE_STEPS_H_
#define HOLDFAST_TESTS_NODE_STEPS_H_

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/node/world.h"

namespace holdfast::node {

struct Step {
  std::string name;
  backend::AccessType type = backend::AccessType::kMount;
  std::function<std::string(World&)> prepare;  // answers the volume's id
  std::function<absl::Status(World&, const std::string& id)> run;
  // A failure leaves it half undone, for the retry to go on from.
  bool undoes = false;
  // Of csi.v1.Node; empty for what the agent does on its machine.
  std::string rpc;
};

inline std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << step.name;
}

std::vector<Step> Steps();

}  // namespace holdfast::node

#endif  // HOLDFAST_TESTS_NODE_STEPS_H_
