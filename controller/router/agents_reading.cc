// What the directory says of what it has learnt.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "controller/router/agents.h"

namespace holdfast::controller {
namespace {

bool Has(const std::optional<std::vector<Announcement>>& pools,
         const std::string& home) {
  return pools && std::any_of(pools->begin(), pools->end(),
                              [&](const Announcement& each) {
                                return each.home == home;
                              });
}

}  // namespace

std::vector<const Agents::Entry*> Agents::Announcers(
    const std::string& home) const {
  std::vector<const Entry*> found;
  for (const auto& entry : entries_) {
    if (entry.state == State::kKnown && Has(entry.announced, home)) {
      found.push_back(&entry);
    }
  }
  return found;
}

absl::Status Agents::NotConnected(const std::string& id,
                                  const std::string& home) const {
  std::string reason = "no agent announces it";
  const Roster roster = Read();
  if (!roster.absent.empty()) reason = roster.Reasons();
  const auto seen = seen_.find(home);
  if (seen != seen_.end()) reason = WhyAbsent(home, seen->second);
  return absl::UnavailableError(absl::StrCat("the pool ", home, " of ", id,
                                             " is not connected: ", reason));
}

std::string Agents::WhyAbsent(const std::string& home, const Seen& seen) const {
  const auto announcers = Announcers(home);
  if (announcers.size() > 1) {
    return absl::StrCat("agent ", announcers[0]->agent->name(),
                        " announces the pool ", home, ", as agent ",
                        announcers[1]->agent->name(),
                        " does; see which one has it and stop the other");
  }
  for (const Entry& entry : entries_) {
    if (!Has(entry.announced, home)) continue;
    if (!entry.error.ok()) return std::string(entry.error.message());
    return absl::StrCat("agent ", entry.agent->name(), " has not answered yet");
  }
  return absl::StrCat("agent ", seen.agent, ", which had the pool ", home,
                      ", does not announce it any more");
}

// Those that were open once are absent already, with their homes.
void Agents::AddUnopened(const Entry& entry, Roster& roster) {
  for (const Announcement& pool : *entry.announced) {
    if (!pool.home.empty()) continue;
    const bool known = std::any_of(
        roster.absent.begin(), roster.absent.end(),
        [&](const Roster::Absent& each) {
          return each.announcement && each.announcement->name == pool.name &&
                 each.announcement->node == pool.node;
        });
    if (known) continue;
    roster.absent.push_back(
        {absl::StrCat("the pool ", pool.name, " of agent ", entry.agent->name(),
                      " is not open yet; see its log"),
         pool});
  }
}

Roster Agents::Read() const {
  Roster roster;
  for (const auto& [home, seen] : seen_) {
    if (IsForgotten(home)) continue;
    const auto announcers = Announcers(home);
    if (announcers.size() != 1) {
      roster.absent.push_back({WhyAbsent(home, seen), seen.announcement});
      continue;
    }
    const Entry& entry = *announcers.front();
    for (const Announcement& pool : *entry.announced) {
      if (pool.home == home) roster.connected.push_back({entry.agent, pool});
    }
  }
  for (const Entry& entry : entries_) {
    if (entry.state == State::kKnown) AddUnopened(entry, roster);
    if (entry.announced) continue;
    roster.absent.push_back({entry.error.ok()
                                 ? absl::StrCat("agent ", entry.agent->name(),
                                                " has not answered yet")
                                 : std::string(entry.error.message())});
  }
  for (const std::string& problem : problems_) {
    roster.absent.push_back({problem});
  }
  return roster;
}

}  // namespace holdfast::controller
