#include "tests/races/race.h"

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <random>
#include <utility>

#include "absl/strings/numbers.h"
#include "tests/races/at_once.h"
#include "tests/races/judge.h"

namespace holdfast::races {
namespace {

// Orders the begins and ends of all calls: a tick before a call is sent and
// one after its answer is there.
class Ticks {
 public:
  int64_t Next() { return next_.fetch_add(1); }

 private:
  std::atomic<int64_t> next_{1};
};

Call Make(Driver& driver, Ticks& ticks, const Action& action) {
  Call call{.action = action};
  call.begin = ticks.Next();
  call.outcome = driver.Do(action);
  call.end = ticks.Next();
  return call;
}

// Which of them, for verbs that are about one of several.
int Kinds(Verb verb) {
  switch (verb) {
    case Verb::kSnapshot:
    case Verb::kDeleteSnapshot:
    case Verb::kGetSnapshot:
      return kSnapshots;
    case Verb::kCopy:
    case Verb::kDeleteCopy:
    case Verb::kGetCopy:
      return kCopies;
    case Verb::kPublish:
    case Verb::kUnpublish:
      return kTargets;
    default:
      return 1;
  }
}

class Caller {
 public:
  Caller(const RaceSpec& spec, uint64_t seed)
      : spec_(spec),
        random_(seed),
        verb_(spec.weights.begin(), spec.weights.end()) {}

  Action Next() {
    Action action{.verb = static_cast<Verb>(verb_(random_))};
    action.which =
        static_cast<int>(random_() % static_cast<uint64_t>(Kinds(action.verb)));
    action.bytes = spec_.sizes[random_() % spec_.sizes.size()];
    return action;
  }

 private:
  const RaceSpec& spec_;
  std::mt19937_64 random_;
  std::discrete_distribution<int> verb_;
};

std::vector<Call> Round(Driver& driver, Ticks& ticks, const RaceSpec& spec,
                        int number) {
  std::vector<std::vector<Call>> calls(static_cast<size_t>(spec.callers));
  AtOnce(spec.callers, [&](int index) {
    Caller caller(
        spec, spec.seed + static_cast<uint64_t>(number * spec.callers + index));
    for (int i = 0; i < spec.calls_per_round; ++i) {
      calls[static_cast<size_t>(index)].push_back(
          Make(driver, ticks, caller.Next()));
    }
  });
  std::vector<Call> all;
  for (auto& each : calls) all.insert(all.end(), each.begin(), each.end());
  return all;
}

std::vector<Action> Ending() {
  std::vector<Action> actions;
  for (int i = 0; i < kTargets; ++i) actions.push_back({Verb::kUnpublish, i});
  actions.push_back({Verb::kUnstage});
  actions.push_back({Verb::kDelete});
  for (int i = 0; i < kSnapshots; ++i) {
    actions.push_back({Verb::kDeleteSnapshot, i});
  }
  for (int i = 0; i < kCopies; ++i) actions.push_back({Verb::kDeleteCopy, i});
  actions.push_back({Verb::kLook});
  return actions;
}

class Referee {
 public:
  explicit Referee(Driver& driver) : driver_(driver) {}

  // False if what was told is wrong.
  bool Heed(const std::vector<Call>& calls) {
    for (const Call& call : calls) {
      ++result_.calls;
      if (call.outcome.code == absl::StatusCode::kAborted) ++result_.aborted;
      if (call.outcome.code == absl::StatusCode::kOk) {
        ++result_.done[call.action.verb];
      }
    }
    Verdict verdict = Judge(states_, calls);
    result_.wrong = verdict.wrong;
    if (result_.wrong.empty()) result_.wrong = driver_.Violations();
    states_ = std::move(verdict.states);
    return result_.wrong.empty();
  }
  const Result& result() const { return result_; }

 private:
  Driver& driver_;
  std::set<State> states_ = {State()};
  Result result_;
};

}  // namespace

Result Race(Driver& driver, const RaceSpec& spec) {
  Referee referee(driver);
  Ticks ticks;
  for (int round = 0; round < spec.rounds; ++round) {
    if (!referee.Heed(Round(driver, ticks, spec, round))) break;
    if (!referee.Heed({Make(driver, ticks, {Verb::kLook})})) break;
  }
  // Also after a wrong answer, so that nothing is left.
  std::vector<Call> ending;
  for (const Action& action : Ending()) {
    ending.push_back(Make(driver, ticks, action));
  }
  if (referee.result().wrong.empty()) referee.Heed(ending);
  return referee.result();
}

uint64_t Seed() {
  uint64_t seed = 1;
  const char* given = std::getenv("HOLDFAST_SEED");
  if (given == nullptr || !absl::SimpleAtoi(given, &seed)) {
    seed = std::random_device()();
  }
  std::cout << "HOLDFAST_SEED=" << seed << "\n";
  return seed;
}

}  // namespace holdfast::races
