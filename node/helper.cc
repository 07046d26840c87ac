#include "node/helper.h"

#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

namespace holdfast::node {
namespace {

constexpr absl::Duration kPatienceAtEnd = absl::Seconds(1);

absl::Status Hanging(const std::string& key) {
  return absl::UnavailableError(
      absl::StrCat("a look at ", key,
                   " has not come back in time; the device below may be "
                   "dead: see the kernel log, and repeat the call later"));
}

absl::Status NoThread(const std::string& key, const std::system_error& error) {
  return absl::UnavailableError(absl::StrCat(
      "a look at ", key, " needs a thread and none can be made (", error.what(),
      "); raise the limit of processes, then repeat the call"));
}

}  // namespace

struct Helper::State {
  absl::Mutex mutex;
  std::set<std::string> busy ABSL_GUARDED_BY(mutex);
};

Helper::Helper() : state_(std::make_shared<State>()) {}

Helper::~Helper() {
  absl::MutexLock lock(&state_->mutex);
  const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mutex) {
    return state_->busy.empty();
  };
  state_->mutex.AwaitWithTimeout(absl::Condition(&idle), kPatienceAtEnd);
}

absl::Status Helper::Run(const std::string& key, absl::Time deadline,
                         std::function<absl::Status()> call) {
  State& state = *state_;
  absl::MutexLock lock(&state.mutex);
  const auto is_free = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(state.mutex) {
    return !state.busy.contains(key);
  };
  if (!state.mutex.AwaitWithDeadline(absl::Condition(&is_free), deadline)) {
    return Hanging(key);
  }
  state.busy.insert(key);
  // Shared with the thread, which may come back after the answer was given.
  const auto answer = std::make_shared<std::optional<absl::Status>>();
  try {
    std::thread([shared = state_, key, answer, call = std::move(call)] {
      absl::Status status = call();
      absl::MutexLock done(&shared->mutex);
      *answer = std::move(status);
      shared->busy.erase(key);
    }).detach();
  } catch (const std::system_error& error) {
    state.busy.erase(key);
    return NoThread(key, error);
  }
  const auto answered = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(state.mutex) {
    return answer->has_value();
  };
  if (!state.mutex.AwaitWithDeadline(absl::Condition(&answered), deadline)) {
    return Hanging(key);
  }
  return **answer;
}

}  // namespace holdfast::node
