#include "controller/router/pool_choice.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "backend/parameter_names.h"
#include "base/log.h"

namespace holdfast::controller {
namespace {

Roster FirstOnes(Roster roster) {
  std::erase_if(roster.connected, [](const Roster::Connected& each) {
    return each.announcement.rank != PoolRank::kFirst;
  });
  std::erase_if(roster.absent, [](const Roster::Absent& each) {
    return each.announcement && each.announcement->rank != PoolRank::kFirst;
  });
  return roster;
}

Roster NamedOnes(Roster roster, const std::string& name) {
  std::erase_if(roster.connected, [&](const Roster::Connected& each) {
    return each.announcement.name != name;
  });
  std::erase_if(roster.absent, [&](const Roster::Absent& each) {
    return each.announcement && each.announcement->name != name;
  });
  return roster;
}

absl::Status NoSuchName(const Roster& roster, const std::string& name) {
  if (!roster.absent.empty()) {
    return absl::UnavailableError(
        absl::StrCat("no agent that answers has a pool ", Quote(name), ", but ",
                     roster.Reasons()));
  }
  std::set<std::string> names;
  for (const auto& each : roster.connected) {
    names.insert(each.announcement.name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there is no pool ", Quote(name), "; the pools are ",
                   absl::StrJoin(names, ", ")));
}

}  // namespace

absl::StatusOr<Roster> MeantPools(const Roster& roster,
                                  const Parameters& parameters) {
  const auto name = parameters.find(backend::kPoolParameter);
  if (name == parameters.end()) return FirstOnes(roster);
  Roster meant = NamedOnes(roster, name->second);
  if (meant.connected.empty() && meant.absent.empty()) {
    return NoSuchName(roster, name->second);
  }
  return meant;
}

}  // namespace holdfast::controller
