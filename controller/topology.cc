#include "controller/topology.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace holdfast::controller {
namespace {

bool Has(const Segments& place, const Segments::value_type& wanted) {
  return std::any_of(place.begin(), place.end(), [&](const auto& segment) {
    return absl::EqualsIgnoreCase(segment.first, wanted.first) &&
           segment.second == wanted.second;
  });
}

}  // namespace

bool Within(const Segments& place, const Segments& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const auto& segment) { return Has(place, segment); });
}

bool Allows(const TopologyRequirement& requirement, const Segments& place) {
  const auto& requisite = requirement.requisite;
  return requisite.empty() ||
         std::any_of(requisite.begin(), requisite.end(),
                     [&](const auto& term) { return Within(place, term); });
}

std::optional<int> Preference(const TopologyRequirement& requirement,
                              const Segments& place) {
  const auto& preferred = requirement.preferred;
  const auto it =
      std::find_if(preferred.begin(), preferred.end(),
                   [&](const auto& term) { return Within(place, term); });
  if (it == preferred.end()) return std::nullopt;
  return static_cast<int>(it - preferred.begin());
}

std::string ToString(const Segments& segments) {
  return absl::StrCat(
      "{", absl::StrJoin(segments, ",", absl::PairFormatter("=")), "}");
}

}  // namespace holdfast::controller
