#include "controller/router/agents.h"

#include <glog/logging.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/status.h"
#include "controller/router/deadline.h"

namespace holdfast::controller {
namespace {

bool Has(const std::vector<Announcement>& pools, const std::string& home) {
  return std::any_of(pools.begin(), pools.end(), [&](const Announcement& each) {
    return each.home == home;
  });
}

void LogReturn(const ForgottenPools& forgotten, const Announcement& pool,
               const std::string& agent) {
  LOG(ERROR) << LogLine("forgotten_pool_announced")
                    .Add("home", pool.home)
                    .Add("pool", pool.name)
                    .Add("agent", agent)
                    .Add("what",
                         "it is not used, as a person declared its "
                         "data lost")
                    .Add("to_take_it_back", forgotten.HowToTakeBack(pool.home));
}

}  // namespace

Agents::Agents(const AgentsParts& parts) : parts_(parts) {
  absl::MutexLock lock(&mutex_);
  for (auto& [home, pool] : parts_.known.All()) seen_[home] = {.pool = pool};
}

Agents::~Agents() {
  absl::MutexLock lock(&mutex_);
  for (const auto& entry : entries_) entry->agent->Close();
}

void Agents::Set(const std::vector<rpc::Endpoint>& endpoints,
                 std::vector<std::string> problems) {
  absl::MutexLock lock(&mutex_);
  Remove(endpoints);
  problems_ = std::move(problems);
  std::set<std::string> known;
  for (const auto& entry : entries_) known.insert(entry->agent->name());
  for (const auto& endpoint : endpoints) {
    if (!known.insert(endpoint.ToString()).second) continue;
    entries_.push_back(std::make_shared<Entry>(
        Entry{.endpoint = endpoint,
              .agent = std::make_shared<Agent>(endpoint, parts_.keys)}));
  }
}

void Agents::Remove(const std::vector<rpc::Endpoint>& all_but) {
  std::set<std::string> stay;
  for (const auto& each : all_but) stay.insert(each.ToString());
  for (const auto& entry : entries_) {
    if (stay.count(entry->agent->name()) > 0) continue;
    entry->removed = true;
    entry->agent->Close();
    Hold(*entry, std::nullopt);
  }
  std::erase_if(entries_,
                [](const EntryPointer& each) { return each->removed; });
}

bool Agents::HasState(State state) const {
  return std::any_of(
      entries_.begin(), entries_.end(),
      [&](const EntryPointer& each) { return each->state == state; });
}

// One that may be expected to answer has not yet.
bool Agents::AwaitsFirst() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const EntryPointer& each) {
                       return each->state == State::kNew && each->asked;
                     });
}

// A known one is asked again without anybody waiting for it.
bool Agents::Settled() const {
  return std::none_of(entries_.begin(), entries_.end(),
                      [](const EntryPointer& each) {
                        return each->state != State::kKnown && each->asked;
                      });
}

// Those that may be expected to answer have, and somebody did; or nobody is
// left to wait for.
bool Agents::HasSome() const {
  return !AwaitsFirst() && (HasState(State::kKnown) || Settled());
}

bool Agents::IsCurrent(const Entry& entry) const {
  return entry.state == State::kKnown && entry.agent->IsConnected() &&
         absl::Now() - entry.learnt_at < parts_.max_age;
}

void Agents::Refresh() {
  std::vector<EntryPointer> due;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& entry : entries_) {
      if (IsCurrent(*entry)) continue;
      if (!entry->agent->IsConnected() && entry->state == State::kKnown) {
        entry->state = State::kNew;
      }
      if (!std::exchange(entry->asked, true)) due.push_back(entry);
    }
  }
  for (const auto& entry : due) {
    questions_.Ask(entry->agent, parts_.patience, [this, entry](Answer answer) {
      Learn(*entry, std::move(answer));
    });
  }
}

void Agents::Learn(Entry& entry, Answer answer) {
  absl::MutexLock lock(&mutex_);
  entry.asked = false;
  if (entry.removed) return;
  std::vector<Announcement> before;
  if (entry.state == State::kKnown) before = *entry.announced;
  entry.state = answer.ok() ? State::kKnown : State::kSilent;
  entry.error = answer.status();
  if (!answer.ok()) return;
  const absl::Time learnt_before = entry.learnt_at;
  entry.learnt_at = absl::Now();
  Hold(entry, *std::move(answer));
  NotePools(entry, before);
  FindDisputes(entry, before, learnt_before);
}

void Agents::Hold(Entry& entry,
                  std::optional<std::vector<Announcement>> pools) {
  entry.announced = std::move(pools);
  for (auto& [home, seen] : seen_) std::erase(seen.holders, &entry);
  for (const Announcement& pool :
       entry.announced.value_or(std::vector<Announcement>())) {
    if (pool.home.empty()) continue;
    Seen& seen = seen_[pool.home];
    KnownPool learnt = {.announcement = pool, .agent = entry.agent->name()};
    if (!(seen.pool == learnt)) learnt_.Note();
    seen.pool = std::move(learnt);
    seen.holders.push_back(&entry);
  }
  for (auto& [home, seen] : seen_) {
    if (seen.holders.size() < 2) seen.disputed = false;
  }
}

void Agents::NotePools(const Entry& entry,
                       const std::vector<Announcement>& before) {
  for (const Announcement& pool : *entry.announced) {
    if (pool.home.empty() || Has(before, pool.home)) continue;
    if (IsForgotten(pool.home)) {
      LogReturn(parts_.forgotten, pool, entry.agent->name());
    } else {
      parts_.appearances.Note();
    }
  }
}

// An agent that moved is at both places only while the loss of the one has not
// been noticed, and does not answer there any more.
void Agents::FindDisputes(const Entry& entry,
                          const std::vector<Announcement>& before,
                          absl::Time learnt_before) {
  for (const Announcement& pool : *entry.announced) {
    if (pool.home.empty() || !Has(before, pool.home)) continue;
    Seen& seen = seen_[pool.home];
    for (const Entry* other : seen.holders) {
      if (other == &entry || other->state != State::kKnown) continue;
      if (other->learnt_at > learnt_before) seen.disputed = true;
    }
  }
}

void Agents::RecordPools() {
  KnownPoolMap pools;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [home, seen] : seen_) pools[home] = seen.pool;
  }
  for (const auto& [home, pool] : pools) {
    const absl::Status status = parts_.known.Add(home, pool);
    if (status.ok()) continue;
    LOG(WARNING) << LogLine("pool_not_recorded")
                        .Add("home", home)
                        .Add("error", status.message())
                        .Add("what",
                             "should the controller be restarted, and the "
                             "pool's agent not be found, lists lack it");
    return;  // the others fare no better, and are tried again soon
  }
}

void Agents::Doubt(const Agent& agent) {
  absl::MutexLock lock(&mutex_);
  for (const auto& entry : entries_) {
    if (entry->agent.get() == &agent && entry->state == State::kKnown) {
      entry->state = State::kNew;
    }
  }
}

absl::StatusOr<std::shared_ptr<Agent>> Agents::ForId(
    const std::string& id, const Operation& operation) {
  const std::optional<ParsedId> parsed = ParseId(id);
  if (!parsed) {
    return absl::NotFoundError(
        absl::StrCat("there is no ", id, ": it is no id of this driver"));
  }
  if (IsForgotten(parsed->home)) {
    return absl::NotFoundError(absl::StrCat(
        "there is no ", id, ": its pool was forgotten, its data being lost"));
  }
  {
    absl::MutexLock lock(&mutex_);
    const Entry* owner = OwnerOf(parsed->home);
    if (owner != nullptr && IsCurrent(*owner)) return owner->agent;
  }
  Refresh();
  absl::MutexLock lock(&mutex_);
  const auto found_or_settled = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return OwnerOf(parsed->home) != nullptr || Settled();
  };
  mutex_.AwaitWithDeadline(absl::Condition(&found_or_settled),
                           EarlierThan(operation.deadline(), absl::Now()));
  const Entry* owner = OwnerOf(parsed->home);
  if (owner != nullptr) return owner->agent;
  return NotConnected(id, parsed->home);
}

Roster Agents::Reachable(const Operation& operation) {
  Refresh();
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithDeadline(absl::Condition(this, &Agents::HasSome),
                           EarlierThan(operation.deadline(), absl::Now()));
  return Read();
}

Roster Agents::Everybody(const Operation& operation) {
  Refresh();
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithDeadline(absl::Condition(this, &Agents::Settled),
                           EarlierThan(operation.deadline(), absl::Now()));
  return Read();
}

absl::StatusOr<std::vector<Agents::Connected>> Agents::All(
    const Operation& operation) {
  Roster roster = Everybody(operation);
  if (roster.absent.empty()) return std::move(roster.connected);
  return absl::UnavailableError(roster.Reasons());
}

absl::Status Agents::CheckReady() {
  Refresh();
  absl::MutexLock lock(&mutex_);
  const bool heard = std::any_of(
      entries_.begin(), entries_.end(),
      [](const EntryPointer& each) { return each->announced.has_value(); });
  if (heard) return absl::OkStatus();
  return absl::UnavailableError(Read().Reasons());
}

absl::Status Agents::Forget(const std::string& home,
                            const Operation& operation) {
  Everybody(operation);
  {
    absl::MutexLock lock(&mutex_);
    const auto seen = seen_.find(home);
    if (seen != seen_.end()) {
      for (const Entry* holder : seen->second.holders) {
        if (holder->state != State::kKnown) continue;
        return absl::FailedPreconditionError(absl::StrCat(
            "agent ", holder->agent->name(), " announces the pool ", home,
            ", so it is not gone; stop its daemon for good first"));
      }
    }
  }
  RETURN_IF_ERROR(parts_.forgotten.Add(home));
  LOG(WARNING) << LogLine("pool_forgotten").Add("home", home);
  return absl::OkStatus();
}

}  // namespace holdfast::controller
