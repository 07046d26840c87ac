#include "controller/router/agents.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/ids.h"
#include "controller/router/deadline.h"

namespace holdfast::controller {
namespace {

absl::Status NoThread(const Agent& agent, const std::system_error& error) {
  return absl::UnavailableError(absl::StrCat(
      "agent ", agent.name(), " could not be asked, as no thread can be made (",
      error.what(), "); raise the limit of processes, then repeat the call"));
}

}  // namespace

Agents::Agents(const std::vector<rpc::Endpoint>& endpoints,
               const AnnouncementKeys& keys, absl::Duration patience)
    : patience_(patience) {
  absl::MutexLock lock(&mutex_);
  for (const auto& endpoint : endpoints) {
    entries_.emplace_back().agent = std::make_unique<Agent>(endpoint, keys);
  }
}

Agents::~Agents() {
  absl::MutexLock lock(&mutex_);
  for (auto& entry : entries_) entry.agent->Close();
  mutex_.Await(absl::Condition(this, &Agents::Settled));
}

bool Agents::NobodyIs(State state) const {
  return std::none_of(entries_.begin(), entries_.end(),
                      [&](const Entry& each) { return each.state == state; });
}

bool Agents::Settled() const {
  return NobodyIs(State::kAsked) && NobodyIs(State::kAskedAgain);
}

// Those that may be expected to answer have, and somebody did; or nobody is
// left to wait for.
bool Agents::HasSome() const {
  return NobodyIs(State::kAsked) && (!NobodyIs(State::kKnown) || Settled());
}

void Agents::AskAll() {
  absl::MutexLock lock(&mutex_);
  for (auto& entry : entries_) AskIfOutdated(entry);
}

// A thread for each question: they are few, and only while connections are
// made.
void Agents::AskIfOutdated(Entry& entry) {
  const bool asked =
      entry.state == State::kAsked || entry.state == State::kAskedAgain;
  const bool current =
      entry.state == State::kKnown && entry.agent->IsConnected();
  if (asked || current) return;
  entry.state =
      entry.state == State::kSilent ? State::kAskedAgain : State::kAsked;
  try {
    entry.asking = std::jthread(
        [this, &entry] { Learn(entry, entry.agent->Ask(patience_)); });
  } catch (const std::system_error& error) {
    entry.state = State::kSilent;
    entry.error = NoThread(*entry.agent, error);
  }
}

void Agents::Learn(Entry& entry, absl::StatusOr<Announcement> answer) {
  absl::MutexLock lock(&mutex_);
  entry.state = answer.ok() ? State::kKnown : State::kSilent;
  entry.error = answer.status();
  if (answer.ok()) entry.announced = *std::move(answer);
}

void Agents::Doubt(const Agent& agent) {
  absl::MutexLock lock(&mutex_);
  for (auto& entry : entries_) {
    if (entry.agent.get() == &agent && entry.state == State::kKnown) {
      entry.state = State::kNew;
    }
  }
}

std::vector<Agents::Entry*> Agents::WithHome(const std::string& home) {
  std::vector<Entry*> found;
  for (auto& entry : entries_) {
    if (entry.state == State::kKnown && entry.announced->home == home) {
      found.push_back(&entry);
    }
  }
  return found;
}

bool Agents::IsAmbiguous(const Entry& entry) {
  return entry.state == State::kKnown &&
         WithHome(entry.announced->home).size() > 1;
}

absl::StatusOr<Agent*> Agents::ForId(const std::string& id,
                                     const Operation& operation) {
  const std::optional<ParsedId> parsed = ParseId(id);
  if (!parsed) {
    return absl::NotFoundError(
        absl::StrCat("there is no ", id, ": it is no id of this driver"));
  }
  AskAll();
  absl::MutexLock lock(&mutex_);
  const auto found_or_settled = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return !WithHome(parsed->home).empty() || Settled();
  };
  mutex_.AwaitWithDeadline(absl::Condition(&found_or_settled),
                           EarlierThan(operation.deadline(), absl::Now()));
  const auto found = WithHome(parsed->home);
  if (found.size() == 1) return found.front()->agent.get();
  return NotConnected(id, parsed->home);
}

absl::Status Agents::NotConnected(const std::string& id,
                                  const std::string& home) {
  std::vector<std::string> reasons;
  for (const auto& entry : entries_) {
    if (entry.announced && entry.announced->home == home) {
      reasons.push_back(IsAmbiguous(entry)
                            ? absl::StrCat("agent ", entry.agent->name(),
                                           " announces it, as another does")
                            : std::string(entry.error.message()));
    }
  }
  if (reasons.empty()) {
    const Roster roster = Read();
    reasons.push_back(roster.absent.empty() ? "no agent announces it"
                                            : roster.Reasons());
  }
  return absl::UnavailableError(
      absl::StrCat("the pool ", home, " of ", id,
                   " is not connected: ", absl::StrJoin(reasons, "; ")));
}

std::string Agents::Roster::Reasons() const {
  return absl::StrJoin(absent, "; ", [](std::string* out, const Absent& each) {
    absl::StrAppend(out, each.reason);
  });
}

Agents::Roster Agents::Read() {
  Roster roster;
  for (const auto& entry : entries_) {
    if (IsAmbiguous(entry)) {
      roster.absent.push_back(
          {absl::StrCat(
               "agent ", entry.agent->name(), " announces the pool ",
               entry.announced->home,
               ", as another does; take one of them off the list of agents"),
           entry.announced});
    } else if (entry.state == State::kKnown) {
      roster.connected.push_back({entry.agent.get(), *entry.announced});
    } else {
      roster.absent.push_back({entry.error.ok()
                                   ? absl::StrCat("agent ", entry.agent->name(),
                                                  " has not answered yet")
                                   : std::string(entry.error.message()),
                               entry.announced});
    }
  }
  std::sort(roster.connected.begin(), roster.connected.end(),
            [](const Connected& a, const Connected& b) {
              return a.announcement.home < b.announcement.home;
            });
  return roster;
}

Agents::Roster Agents::Reachable(const Operation& operation) {
  AskAll();
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithDeadline(absl::Condition(this, &Agents::HasSome),
                           EarlierThan(operation.deadline(), absl::Now()));
  return Read();
}

absl::StatusOr<std::vector<Agents::Connected>> Agents::All(
    const Operation& operation) {
  AskAll();
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithDeadline(absl::Condition(this, &Agents::Settled),
                           EarlierThan(operation.deadline(), absl::Now()));
  Roster roster = Read();
  if (roster.absent.empty()) return std::move(roster.connected);
  return absl::UnavailableError(roster.Reasons());
}

absl::Status Agents::CheckReady() {
  AskAll();
  absl::MutexLock lock(&mutex_);
  const bool heard =
      std::any_of(entries_.begin(), entries_.end(),
                  [](const Entry& each) { return each.announced.has_value(); });
  if (heard) return absl::OkStatus();
  return absl::UnavailableError(Read().Reasons());
}

}  // namespace holdfast::controller
