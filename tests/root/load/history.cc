#include "tests/root/load/history.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace holdfast::root {
namespace {

std::string Text(const MaybeState& state) {
  if (!state.has_value()) return "nothing";
  return absl::StrCat(state->access == Access::kBlock ? "block" : "mount",
                      " volume, ", state->bytes, " bytes from [", state->source,
                      "], published to [", state->nodes,
                      "], with the data of [", state->data, "]");
}

}  // namespace

void History::Begin(const std::string& id, const MaybeState& state) {
  const absl::MutexLock lock(&mutex_);
  objects_[id].push_back({.begin = absl::Now(), .state = state});
}

void History::Acknowledge(const std::string& id) {
  const absl::MutexLock lock(&mutex_);
  objects_[id].back().acknowledged = absl::Now();
  ++acknowledged_;
}

int64_t History::acknowledged() const {
  const absl::MutexLock lock(&mutex_);
  return acknowledged_;
}

std::vector<std::string> History::Judge(
    const Cut& cut, const std::map<std::string, ObjectState>& found) const {
  const absl::MutexLock lock(&mutex_);
  std::vector<std::string> wrong;
  for (const auto& [id, events] : objects_) {
    const auto object = found.find(id);
    const MaybeState state =
        object == found.end() ? MaybeState() : MaybeState(object->second);
    if (!MayBe(events, cut, state)) {
      wrong.push_back(absl::StrCat(id, ": found ", Text(state)));
    }
  }
  for (const auto& [id, state] : found) {
    if (!objects_.contains(id)) wrong.push_back(id + ": nobody asked for it");
  }
  return wrong;
}

bool History::MayBe(const std::vector<Event>& events, const Cut& cut,
                    const MaybeState& found) {
  bool may_be = !found.has_value();  // before the first call
  for (const Event& event : events) {
    if (event.begin > cut.end) break;
    const bool matches = event.state == found;
    const bool surely_done = event.acknowledged < cut.begin;
    may_be = matches || (may_be && !surely_done);
  }
  return may_be;
}

}  // namespace holdfast::root
