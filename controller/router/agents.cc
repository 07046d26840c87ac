#include "controller/router/agents.h"

#include <glog/logging.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/status.h"
#include "controller/router/deadline.h"

namespace holdfast::controller {
namespace {

absl::Status NoThread(const Agent& agent, const std::system_error& error) {
  return absl::UnavailableError(absl::StrCat(
      "agent ", agent.name(), " could not be asked, as no thread can be made (",
      error.what(), "); raise the limit of processes, then repeat the call"));
}

bool Has(const std::vector<Announcement>& pools, const std::string& home) {
  return std::any_of(pools.begin(), pools.end(), [&](const Announcement& each) {
    return each.home == home;
  });
}

bool Has(const std::vector<rpc::Endpoint>& endpoints,
         const rpc::Endpoint& wanted) {
  return std::any_of(endpoints.begin(), endpoints.end(),
                     [&](const rpc::Endpoint& each) {
                       return each.ToString() == wanted.ToString();
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

Agents::Agents(const AgentsParts& parts) : parts_(parts) {}

Agents::~Agents() {
  absl::MutexLock lock(&mutex_);
  for (auto& entry : entries_) entry.agent->Close();
  mutex_.Await(absl::Condition(this, &Agents::Idle));
}

void Agents::Set(const std::vector<rpc::Endpoint>& endpoints,
                 std::vector<std::string> problems) {
  std::list<Entry> removed;  // joins their questions without the lock
  absl::MutexLock lock(&mutex_);
  removed = TakeRemoved(endpoints);
  problems_ = std::move(problems);
  for (const auto& endpoint : endpoints) {
    const bool known =
        std::any_of(entries_.begin(), entries_.end(), [&](const Entry& each) {
          return each.endpoint.ToString() == endpoint.ToString();
        });
    if (known) continue;
    Entry& entry = entries_.emplace_back();
    entry.endpoint = endpoint;
    entry.agent = std::make_shared<Agent>(endpoint, parts_.keys);
  }
}

std::list<Agents::Entry> Agents::TakeRemoved(
    const std::vector<rpc::Endpoint>& endpoints) {
  std::list<Entry> removed;
  for (auto it = entries_.begin(); it != entries_.end();) {
    const auto each = it++;
    if (Has(endpoints, each->endpoint)) continue;
    each->removed = true;
    each->agent->Close();
    removed.splice(removed.end(), entries_, each);
  }
  return removed;
}

bool Agents::HasState(State state) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& each) { return each.state == state; });
}

// One that may be expected to answer has not yet.
bool Agents::AwaitsFirst() const {
  return std::any_of(entries_.begin(), entries_.end(), [](const Entry& each) {
    return each.state == State::kNew && each.asked;
  });
}

// A known one is asked again without anybody waiting for it.
bool Agents::Settled() const {
  return std::none_of(entries_.begin(), entries_.end(), [](const Entry& each) {
    return each.state != State::kKnown && each.asked;
  });
}

bool Agents::Idle() const {
  return std::none_of(entries_.begin(), entries_.end(),
                      [](const Entry& each) { return each.asked; });
}

// Those that may be expected to answer have, and somebody did; or nobody is
// left to wait for.
bool Agents::HasSome() const {
  return !AwaitsFirst() && (HasState(State::kKnown) || Settled());
}

void Agents::Refresh() {
  absl::MutexLock lock(&mutex_);
  for (auto& entry : entries_) AskIfOutdated(entry);
}

// A thread for each question: they are few, and short for those who answer.
void Agents::AskIfOutdated(Entry& entry) {
  const bool connected =
      entry.state == State::kKnown && entry.agent->IsConnected();
  if (entry.state == State::kKnown && !connected) entry.state = State::kNew;
  const bool current =
      connected && absl::Now() - entry.learnt_at < parts_.max_age;
  if (entry.asked || current) return;
  entry.asked = true;
  try {
    entry.asking = std::jthread(
        [this, &entry] { Learn(entry, entry.agent->Ask(parts_.patience)); });
  } catch (const std::system_error& error) {
    entry.asked = false;
    if (connected) return;
    entry.state = State::kSilent;
    entry.error = NoThread(*entry.agent, error);
  }
}

void Agents::Learn(Entry& entry,
                   absl::StatusOr<std::vector<Announcement>> answer) {
  absl::MutexLock lock(&mutex_);
  entry.asked = false;
  if (entry.removed) return;
  std::vector<Announcement> before;
  if (entry.state == State::kKnown) before = *entry.announced;
  entry.state = answer.ok() ? State::kKnown : State::kSilent;
  entry.error = answer.status();
  if (!answer.ok()) return;
  entry.learnt_at = absl::Now();
  entry.announced = *std::move(answer);
  LearnPools(entry, before);
}

void Agents::LearnPools(const Entry& entry,
                        const std::vector<Announcement>& before) {
  for (const Announcement& pool : *entry.announced) {
    if (pool.home.empty()) continue;
    seen_.insert_or_assign(pool.home, Seen{pool, entry.agent->name()});
    if (Has(before, pool.home)) continue;
    if (IsForgotten(pool.home)) {
      LogReturn(parts_.forgotten, pool, entry.agent->name());
    } else {
      parts_.appearances.Note();
    }
  }
}

void Agents::Doubt(const Agent& agent) {
  absl::MutexLock lock(&mutex_);
  for (auto& entry : entries_) {
    if (entry.agent.get() == &agent && entry.state == State::kKnown) {
      entry.state = State::kNew;
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
  Refresh();
  absl::MutexLock lock(&mutex_);
  const auto found_or_settled = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return !Announcers(parsed->home).empty() || Settled();
  };
  mutex_.AwaitWithDeadline(absl::Condition(&found_or_settled),
                           EarlierThan(operation.deadline(), absl::Now()));
  const auto found = Announcers(parsed->home);
  if (found.size() == 1) return found.front()->agent;
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
  const bool heard =
      std::any_of(entries_.begin(), entries_.end(),
                  [](const Entry& each) { return each.announced.has_value(); });
  if (heard) return absl::OkStatus();
  return absl::UnavailableError(Read().Reasons());
}

absl::Status Agents::Forget(const std::string& home,
                            const Operation& operation) {
  Everybody(operation);
  {
    absl::MutexLock lock(&mutex_);
    const auto announcers = Announcers(home);
    if (!announcers.empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          "agent ", announcers.front()->agent->name(), " announces the pool ",
          home, ", so it is not gone; stop its daemon for good first"));
    }
  }
  RETURN_IF_ERROR(parts_.forgotten.Add(home));
  LOG(WARNING) << LogLine("pool_forgotten").Add("home", home);
  return absl::OkStatus();
}

}  // namespace holdfast::controller
