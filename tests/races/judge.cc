#include "tests/races/judge.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace holdfast::races {
namespace {

// How many calls are told that went before a wrong one.
constexpr size_t kTold = 30;

// What may have come to pass: a state, and those of the calls in progress that
// have taken effect.
struct Case {
  State state;
  std::set<size_t> done;
  friend auto operator<=>(const Case&, const Case&) = default;
};

class Court {
 public:
  Court(const std::set<State>& states, const std::vector<Call>& calls)
      : calls_(calls) {
    for (const State& state : states) cases_.insert({state, {}});
  }

  void Begin(size_t call) {
    pending_.insert(call);
    std::set<Case> settled;
    for (const Case& each : cases_) settled.insert(Settled(each));
    cases_ = std::move(settled);
  }

  // False if nothing explains the answer of this call.
  bool End(size_t call) {
    std::vector<Case> open(cases_.begin(), cases_.end());
    std::set<Case> seen = cases_;
    cases_.clear();
    while (!open.empty()) {
      Case each = std::move(open.back());
      open.pop_back();
      if (each.done.erase(call) != 0) {
        cases_.insert(std::move(each));
        continue;
      }
      for (Case& next : Next(each)) {
        if (seen.insert(next).second) open.push_back(std::move(next));
      }
    }
    pending_.erase(call);
    return !cases_.empty();
  }

  std::set<State> States() const {
    std::set<State> states;
    for (const Case& each : cases_) states.insert(each.state);
    return states;
  }

 private:
  // A call that only reads is best explained as early as can be.
  Case Settled(Case each) const {
    for (const size_t call : pending_) {
      const auto& [action, outcome, begin, end] = calls_[call];
      if (IsReading(action, outcome) && After(each.state, action, outcome)) {
        each.done.insert(call);
      }
    }
    return each;
  }

  std::vector<Case> Next(const Case& each) const {
    std::vector<Case> next;
    for (const size_t call : pending_) {
      const auto& [action, outcome, begin, end] = calls_[call];
      if (each.done.contains(call) || IsReading(action, outcome)) continue;
      const auto after = After(each.state, action, outcome);
      if (!after) continue;
      Case later{*after, each.done};
      later.done.insert(call);
      next.push_back(Settled(std::move(later)));
    }
    return next;
  }

  const std::vector<Call>& calls_;
  std::set<size_t> pending_;
  std::set<Case> cases_;
};

struct Event {
  int64_t time = 0;
  size_t call = 0;
};

bool Earlier(const Event& one, const Event& other) {
  return one.time < other.time;
}

bool IsAborted(const Call& call) {
  return call.outcome.code == absl::StatusCode::kAborted;
}

std::string Told(const std::vector<Call>& calls, const Event& wrong) {
  std::vector<const Call*> before;
  for (const Call& call : calls) {
    if (call.begin <= wrong.time && !IsAborted(call)) before.push_back(&call);
  }
  std::sort(before.begin(), before.end(),
            [](const Call* a, const Call* b) { return a->end < b->end; });
  const size_t skipped = before.size() - std::min(before.size(), kTold);
  return absl::StrJoin(before.begin() + static_cast<std::ptrdiff_t>(skipped),
                       before.end(), "\n  ",
                       [](std::string* out, const Call* call) {
                         absl::StrAppend(out, ToString(*call));
                       });
}

// A key that nobody holds refuses nobody, and who only reads holds none.
std::string LonelyAbort(const std::vector<Call>& calls) {
  for (const Call& call : calls) {
    if (!IsAborted(call)) continue;
    const bool crowded =
        std::any_of(calls.begin(), calls.end(), [&](const Call& other) {
          return &other != &call && !IsReading(other.action, Outcome()) &&
                 other.begin < call.end && call.begin < other.end;
        });
    if (!crowded) return absl::StrCat("ABORTED by nobody: ", ToString(call));
  }
  return "";
}

}  // namespace

std::string ToString(const Call& call) {
  return absl::StrCat(call.begin, "-", call.end, " ", Name(call.action.verb),
                      " ", call.action.which, " (", call.action.bytes,
                      "): ", absl::StatusCodeToString(call.outcome.code), " ",
                      call.outcome.bytes, " ", call.outcome.words);
}

Verdict Judge(const std::set<State>& states, const std::vector<Call>& calls) {
  if (std::string wrong = LonelyAbort(calls); !wrong.empty()) {
    return {.wrong = std::move(wrong)};
  }
  std::vector<Event> events;
  for (size_t i = 0; i < calls.size(); ++i) {
    if (IsAborted(calls[i])) continue;
    events.push_back({calls[i].begin, i});
    events.push_back({calls[i].end, i});
  }
  std::sort(events.begin(), events.end(), Earlier);
  Court court(states, calls);
  for (const Event& event : events) {
    const Call& call = calls[event.call];
    if (event.time == call.begin) {
      court.Begin(event.call);
    } else if (const auto before = court.States(); !court.End(event.call)) {
      return {.wrong = absl::StrCat(
                  "nothing explains ", ToString(call), "\nin ",
                  absl::StrJoin(before, "\nor ",
                                [](std::string* out, const State& state) {
                                  absl::StrAppend(out, ToString(state));
                                }),
                  "\nafter\n  ", Told(calls, event))};
    }
  }
  return {.states = court.States()};
}

}  // namespace holdfast::races
