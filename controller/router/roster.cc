#include "controller/router/roster.h"

#include <algorithm>

#include "absl/strings/str_join.h"

namespace holdfast::controller {

std::string Roster::Reasons() const {
  std::vector<std::string> reasons;
  for (const Absent& each : absent) {
    if (std::find(reasons.begin(), reasons.end(), each.reason) ==
        reasons.end()) {
      reasons.push_back(each.reason);
    }
  }
  return absl::StrJoin(reasons, "; ");
}

}  // namespace holdfast::controller
