#include "tests/root/load/gate.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status.h"

namespace holdfast::root {
namespace {

// What is waited before a closed gate counts, too.
constexpr absl::Duration kLongest = absl::Minutes(5);
// As a CO backs off, but shorter.
constexpr absl::Duration kBackOff = absl::Milliseconds(3);

bool IsNotNow(const absl::Status& answer) {
  return absl::IsUnavailable(answer) || absl::IsAborted(answer);
}

}  // namespace

const char* Name(Deed deed) {
  switch (deed) {
    case Deed::kCreate:
      return "create";
    case Deed::kClone:
      return "clone";
    case Deed::kRestore:
      return "restore";
    case Deed::kSnapshot:
      return "snapshot";
    case Deed::kDeleteSnapshot:
      return "delete snapshot";
    case Deed::kExpand:
      return "expand";
    case Deed::kControllerPublish:
      return "controller publish";
    case Deed::kControllerUnpublish:
      return "controller unpublish";
    case Deed::kStage:
      return "stage";
    case Deed::kPublish:
      return "publish";
    case Deed::kUnpublish:
      return "unpublish";
    case Deed::kUnstage:
      return "unstage";
    case Deed::kDelete:
      return "delete";
    case Deed::kUndelete:
      return "undelete";
    case Deed::kPurge:
      return "purge";
    case Deed::kList:
      return "list";
    case Deed::kWrite:
      return "write";
    case Deed::kRead:
      return "read";
  }
  return "";
}

absl::Status Gate::Pass(Deed deed,
                        const std::function<absl::Status()>& attempt) {
  const absl::Time deadline = absl::Now() + kLongest;
  for (;;) {
    Enter(deed);
    const absl::Status answer = attempt();
    Leave(deed);
    if (answer.ok()) {
      const absl::MutexLock lock(&mutex_);
      ++answered_[static_cast<size_t>(deed)];
      return answer;
    }
    const bool again = patience_ == Patience::kUntilAnswered &&
                       IsNotNow(answer) && absl::Now() < deadline;
    if (!again) return Annotate(answer, Name(deed));
    absl::SleepFor(kBackOff);
  }
}

void Gate::Close() {
  const absl::MutexLock lock(&mutex_);
  open_ = false;
  mutex_.Await(absl::Condition(
      +[](int64_t* crowd) { return *crowd == 0; }, &crowd_));
}

void Gate::Open() {
  const absl::MutexLock lock(&mutex_);
  open_ = true;
}

PerDeed Gate::inside() const {
  const absl::MutexLock lock(&mutex_);
  return inside_;
}

PerDeed Gate::answered() const {
  const absl::MutexLock lock(&mutex_);
  return answered_;
}

int64_t Gate::attempts() const {
  const absl::MutexLock lock(&mutex_);
  return attempts_;
}

void Gate::Enter(Deed deed) {
  const absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&open_));
  ++crowd_;
  ++inside_[static_cast<size_t>(deed)];
  ++attempts_;
}

void Gate::Leave(Deed deed) {
  const absl::MutexLock lock(&mutex_);
  --crowd_;
  --inside_[static_cast<size_t>(deed)];
}

}  // namespace holdfast::root
