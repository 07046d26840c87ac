#include "tests/root/load/history.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"

namespace holdfast::root {
namespace {

std::string OrNothing(const std::string& state) {
  return state.empty() ? "nothing" : state;
}

}  // namespace

void History::Begin(const Facts& changes) {
  const absl::MutexLock lock(&mutex_);
  for (const auto& [name, state] : changes) {
    things_[name].push_back({.begin = absl::Now(), .state = state});
  }
}

void History::Acknowledge(const Facts& changes) {
  const absl::MutexLock lock(&mutex_);
  for (const auto& [name, state] : changes) {
    things_[name].back().acknowledged = absl::Now();
  }
  ++acknowledged_;
}

int64_t History::acknowledged() const {
  const absl::MutexLock lock(&mutex_);
  return acknowledged_;
}

std::vector<std::string> History::Judge(const Cut& cut,
                                        const Facts& found) const {
  Facts all = found;
  {
    const absl::MutexLock lock(&mutex_);
    for (const auto& [name, events] : things_) all.emplace(name, "");
  }
  return JudgeThese(cut, all);
}

std::vector<std::string> History::JudgeThese(const Cut& cut,
                                             const Facts& found) const {
  const absl::MutexLock lock(&mutex_);
  std::vector<std::string> wrong;
  for (const auto& [name, state] : found) {
    const auto events = things_.find(name);
    if (events == things_.end()) {
      if (state.empty()) continue;
      wrong.push_back(absl::StrCat(name, ": nobody asked for it: ", state));
    } else if (!MayBe(events->second, cut, state)) {
      wrong.push_back(absl::StrCat(name, ": found ", OrNothing(state), "; ",
                                   Expected(events->second, cut)));
    }
  }
  return wrong;
}

std::string History::Expected(const Events& events, const Cut& cut) {
  std::vector<std::string> may_be;
  for (const Event& event : events) {
    if (event.begin > cut.end) break;
    if (event.acknowledged < cut.begin) may_be.clear();
    may_be.push_back(OrNothing(event.state));
  }
  return "expected " + absl::StrJoin(may_be, ", or ");
}

bool History::MayBe(const Events& events, const Cut& cut,
                    const std::string& found) {
  bool may_be = found.empty();  // before the first call
  for (const Event& event : events) {
    if (event.begin > cut.end) break;
    const bool matches = event.state == found;
    const bool surely_done = event.acknowledged < cut.begin;
    may_be = matches || (may_be && !surely_done);
  }
  return may_be;
}

}  // namespace holdfast::root
