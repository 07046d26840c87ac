// What the directory says of what it has learnt.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "controller/router/agents.h"

namespace holdfast::controller {

const Agents::Entry* Agents::OwnerOf(const std::string& home) const {
  const auto seen = seen_.find(home);
  return seen == seen_.end() ? nullptr : OwnerOf(seen->second);
}

const Agents::Entry* Agents::OwnerOf(const Seen& seen) {
  const Entry* owner = nullptr;
  for (const Entry* holder : seen.holders) {
    if (holder->state != State::kKnown) continue;
    if (owner != nullptr || seen.disputed) return nullptr;
    owner = holder;
  }
  return owner;
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

std::string Agents::WhyAbsent(const std::string& home, const Seen& seen) {
  std::vector<const Entry*> answering;
  for (const Entry* holder : seen.holders) {
    if (holder->state == State::kKnown) answering.push_back(holder);
  }
  if (answering.size() > 1 || seen.disputed) {
    return absl::StrCat(
        "agent ", seen.holders[0]->agent->name(), " announces the pool ", home,
        ", as agent ", seen.holders[1]->agent->name(),
        " does; see which one has it, stop the other, and take that off the "
        "list of agents or restart the controller");
  }
  for (const Entry* holder : seen.holders) {
    if (!holder->error.ok()) return std::string(holder->error.message());
    return absl::StrCat("agent ", holder->agent->name(),
                        " has not answered yet");
  }
  return absl::StrCat("agent ", seen.pool.agent, ", which had the pool ", home,
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

bool Agents::HadOnlyForgotten(const Entry& entry) const {
  bool had = false;
  for (const auto& [home, seen] : seen_) {
    if (seen.pool.agent != entry.agent->name()) continue;
    if (!IsForgotten(home)) return false;
    had = true;
  }
  return had;
}

Roster Agents::Read() const {
  Roster roster;
  for (const auto& [home, seen] : seen_) {
    if (IsForgotten(home)) continue;
    const Entry* owner = OwnerOf(seen);
    if (owner == nullptr) {
      roster.absent.push_back({WhyAbsent(home, seen), seen.pool.announcement});
    } else {
      roster.connected.push_back({owner->agent, seen.pool.announcement});
    }
  }
  for (const EntryPointer& entry : entries_) {
    if (entry->state == State::kKnown) AddUnopened(*entry, roster);
    if (entry->announced || HadOnlyForgotten(*entry)) continue;
    roster.absent.push_back({entry->error.ok()
                                 ? absl::StrCat("agent ", entry->agent->name(),
                                                " has not answered yet")
                                 : std::string(entry->error.message())});
  }
  for (const std::string& problem : problems_) {
    roster.absent.push_back({problem});
  }
  return roster;
}

}  // namespace holdfast::controller
