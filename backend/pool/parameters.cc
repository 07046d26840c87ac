#include "backend/pool/parameters.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/log.h"

namespace holdfast::pool {
namespace {

using Parameters = std::map<std::string, std::string>;

absl::Status CheckKeys(const Parameters& parameters,
                       const std::vector<std::string>& known) {
  for (const auto& [key, value] : parameters) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("the parameter ", Quote(key), " is not known. Known: ",
                     known.empty() ? "none" : absl::StrJoin(known, ", ")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckVolumeParameters(const Parameters& parameters) {
  return CheckKeys(parameters, {});
}

absl::Status CheckSnapshotParameters(const Parameters& parameters) {
  return CheckKeys(parameters, {});
}

}  // namespace holdfast::pool
