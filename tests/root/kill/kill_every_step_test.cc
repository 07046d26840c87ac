// Each call of the driver is killed (SIGKILL) at each of its system calls that
// has an effect, in turn. The points come from the run itself: the first round
// that is not killed has seen them all.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <regex>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "tests/root/fixture/expect.h"
#include "tests/root/fixture/world.h"
#include "tests/root/kill/inventory.h"
#include "tests/root/kill/scenario.h"
#include "tests/root/tracer/tracer.h"

namespace holdfast::root {
namespace {

constexpr int kMostPoints = 500;
constexpr absl::Duration kReapTime = absl::Seconds(30);

// The state after an exit is the state at the next entry, so exits are tried
// for the last call only, unless asked.
bool EveryExit() { return std::getenv("HOLDFAST_EVERY_EXIT") != nullptr; }

enum class Victim { kNode, kController };
enum class Outcome { kKilled, kNotReached };

class KillTest : public testing::TestWithParam<NamedScenario> {
 public:
  explicit KillTest(TrashPolicy trash = TrashPolicy::kEmptied)
      : trash_(trash) {}

 protected:
  void SetUp() override {
    ASSERT_OK(world_.Start({}, trash_));
    scenario_ = GetParam().make(world_);
    ASSERT_OK(bystanders_.Make());
    ASSERT_OK(scenario_->SetUp());
  }

  void KillAtEveryPoint(Victim victim, Watched watched) {
    victim_ = victim;
    int point = 1;
    while (Round({watched, point, KillMoment::kEntry}) == Outcome::kKilled) {
      ASSERT_LT(++point, kMostPoints);
    }
    if (HasFailure()) return;
    const int last = point - 1;
    for (int exit = EveryExit() ? 1 : last; exit >= 1 && exit <= last; ++exit) {
      Round({watched, exit, KillMoment::kExit});
    }
    std::cout << GetParam().name << ": killed at " << killed_ << " points of "
              << last << " calls: " << Names(calls_) << std::endl;
    EXPECT_GT(killed_, 0);
    NewPoints();  // those of `calls_` are known from here on
    for (const auto& [name, make] : GetParam().variants) {
      if (!HasFailure()) KillVariant(name, make, watched);
    }
    EXPECT_OK(bystanders_.CheckSnapshot());
  }

 private:
  struct Attempt {
    Trace trace;
    absl::Status status;
  };

  void KillVariant(const std::string& name, const NamedScenario::Make& make,
                   Watched watched) {
    SCOPED_TRACE(name);
    scenario_ = make(world_);
    ASSERT_OK(scenario_->SetUp());
    // Not killed, but everything else: the list of its calls.
    Round({.watched = watched});
    const size_t calls = calls_.size();
    const std::vector<int> points = NewPoints();
    for (const int point : points) {
      if (HasFailure()) return;
      Round({watched, point, KillMoment::kEntry});
    }
    std::cout << GetParam().name << ", " << name << ": killed at "
              << points.size() << " new points of " << calls << " calls"
              << std::endl;
  }

  // The numbers of those calls of the last round that was not killed which
  // never followed on such a one before: what a kill finds is what the call
  // before it left.
  std::vector<int> NewPoints() {
    std::vector<int> points;
    std::string before;
    for (size_t i = 0; i < calls_.size(); ++i) {
      const std::string call = KindOf(calls_[i]);
      if (known_.insert(before + "\n" + call).second) {
        points.push_back(static_cast<int>(i) + 1);
      }
      before = call;
    }
    return points;
  }

  // Without names and numbers that each round has anew.
  std::string KindOf(std::string call) {
    const size_t at = call.find(world_.scratch().path());
    if (at != std::string::npos) call.erase(at, world_.scratch().path().size());
    static const auto* const kNumbers =
        new std::regex("[0-9a-f]*[0-9][0-9a-f]*");
    return std::regex_replace(call, *kNumbers, "#");
  }

  // One kill and everything after it. kNotReached ends the scenario, and so
  // does a failure.
  Outcome Round(const TracePlan& plan) {
    const std::set<std::string> held = Held(world_);
    EXPECT_OK(scenario_->Prepare());
    if (trash_ == TrashPolicy::kEmptied) {
      EXPECT_OK(AwaitEmptyTrash());
    }
    const auto before = Listed(world_);
    EXPECT_OK(before);
    const Attempt attempt = TracedCall(plan);
    SCOPED_TRACE(Describe(plan, attempt.trace));
    if (attempt.trace.killed) {
      ++killed_;
      Recover(*before, attempt.status);
    } else {
      EXPECT_OK(attempt.status);
      calls_ = attempt.trace.calls;
    }
    EXPECT_OK(scenario_->Verify());
    EXPECT_OK(scenario_->Clean());
    EXPECT_OK(CheckOrder(world_));
    EXPECT_EQ(Held(world_), held) << "loop devices and mounts";
    if (HasFailure()) std::cout << world_.daemons().LogTail() << std::endl;
    return attempt.trace.killed && !HasFailure() ? Outcome::kKilled
                                                 : Outcome::kNotReached;
  }

  // "openat linkat fsync"
  static std::string Names(const std::vector<std::string>& calls) {
    std::string names;
    for (const std::string& call : calls) {
      absl::StrAppend(&names, call.substr(0, call.find(' ')), " ");
    }
    return names;
  }

  static std::string Describe(const TracePlan& plan, const Trace& trace) {
    return absl::StrCat(
        "point ", plan.kill_at,
        plan.moment == KillMoment::kEntry ? ", entry of " : ", exit of ",
        trace.calls.empty() ? "nothing" : trace.calls.back());
  }

  Attempt TracedCall(const TracePlan& plan) {
    const pid_t pid = victim_ == Victim::kNode
                          ? world_.daemons().node_pid()
                          : world_.daemons().controller_pid();
    auto tracer = Tracer::Attach(pid, plan);
    if (!tracer.ok()) return {.status = tracer.status()};
    const absl::Status status = scenario_->Call();
    return {.trace = tracer->Finish(), .status = status};
  }

  // Starts again and repeats the call.
  void Recover(const std::set<std::string>& before,
               const absl::Status& called) {
    EXPECT_OK(world_.daemons().Restart());
    EXPECT_TRUE(ReapOrphans(
        {world_.daemons().node_pid(), world_.daemons().controller_pid()},
        absl::Now() + kReapTime));
    EXPECT_OK(CheckOrder(world_));
    EXPECT_OK(bystanders_.Check());
    const auto found = Listed(world_);
    EXPECT_OK(found);
    EXPECT_OK(scenario_->Call()) << "the retry";
    const auto after = Listed(world_);
    EXPECT_OK(after);
    if (called.ok()) {
      EXPECT_EQ(*found, *after) << "acknowledged, and not there";
    } else {
      EXPECT_EQ(called.code(), absl::StatusCode::kUnavailable) << called;
      EXPECT_TRUE(*found == before || *found == *after ||
                  scenario_->IsHalfway(before, *found))
          << "neither the old nor the new state:\n"
          << testing::PrintToString(*found);
    }
    EXPECT_OK(CheckOrder(world_));
  }

  // What earlier rounds deleted is not to be unlinked in this one.
  absl::Status AwaitEmptyTrash() {
    const absl::Time deadline = absl::Now() + kReapTime;
    while (!world_.Names(PoolDirectory::kTrash).empty()) {
      if (absl::Now() > deadline) {
        return absl::DeadlineExceededError("the trash is not emptied");
      }
      absl::SleepFor(absl::Milliseconds(1));
    }
    return absl::OkStatus();
  }

  const TrashPolicy trash_;
  World world_;
  Bystanders bystanders_{world_};
  std::unique_ptr<Scenario> scenario_;
  Victim victim_ = Victim::kNode;
  int killed_ = 0;
  std::set<std::string> known_;     // pairs of calls, one after the other
  std::vector<std::string> calls_;  // of the round that was not killed
};

std::string NameOf(const testing::TestParamInfo<NamedScenario>& info) {
  return info.param.name;
}

TEST_P(KillTest, NodeAtEveryCallWithAnEffect) {
  KillAtEveryPoint(Victim::kNode, Watched::kEffects);
}

INSTANTIATE_TEST_SUITE_P(Pool, KillTest,
                         testing::ValuesIn(ControllerScenarios()), NameOf);
INSTANTIATE_TEST_SUITE_P(Node, KillTest, testing::ValuesIn(NodeScenarios()),
                         NameOf);

class KillTrashTest : public KillTest {
 public:
  KillTrashTest() : KillTest(TrashPolicy::kKept) {}
};

TEST_P(KillTrashTest, NodeAtEveryCallWithAnEffect) {
  KillAtEveryPoint(Victim::kNode, Watched::kEffects);
}

INSTANTIATE_TEST_SUITE_P(Trash, KillTrashTest,
                         testing::ValuesIn(TrashScenarios()), NameOf);

using KillControllerTest = KillTest;

TEST_P(KillControllerTest, ControllerAtEveryMessage) {
  KillAtEveryPoint(Victim::kController, Watched::kSends);
}

INSTANTIATE_TEST_SUITE_P(Router, KillControllerTest,
                         testing::ValuesIn(ControllerScenarios()), NameOf);

}  // namespace
}  // namespace holdfast::root
