#include "tests/fakes/calls.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/status.h"

namespace holdfast::fakes {

void Calls::FailCall(int n, int error) {
  absl::MutexLock lock(&mutex_);
  by_number_[entered_ + n] = error;
}

void Calls::FailNext(const std::string& name, int error) {
  absl::MutexLock lock(&mutex_);
  next_[name].push_back(error);
}

void Calls::FailAlways(const std::string& name, int error) {
  absl::MutexLock lock(&mutex_);
  always_[name] = error;
}

void Calls::StopAt(int n) {
  absl::MutexLock lock(&mutex_);
  stop_at_ = entered_ + n;
}

void Calls::ClearFaults() {
  absl::MutexLock lock(&mutex_);
  stop_at_ = 0;
  by_number_.clear();
  next_.clear();
  always_.clear();
}

void Calls::OnCall(std::function<void(const Call&)> hook) {
  absl::MutexLock lock(&mutex_);
  hook_ = std::move(hook);
}

std::vector<Call> Calls::List() const {
  absl::MutexLock lock(&mutex_);
  return calls_;
}

int Calls::Count(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int>(
      std::count_if(calls_.begin(), calls_.end(),
                    [&](const Call& call) { return call.name == name; }));
}

void Calls::Reset() {
  absl::MutexLock lock(&mutex_);
  calls_.clear();
}

absl::Status Calls::Enter(const Call& call) {
  std::function<void(const Call&)> hook;
  {
    absl::MutexLock lock(&mutex_);
    hook = hook_;
  }
  if (hook != nullptr) hook(call);
  absl::MutexLock lock(&mutex_);
  calls_.push_back(call);
  ++entered_;
  const int error = Fault(call);
  if (error == 0) return absl::OkStatus();
  return ErrnoError(call.name, call.argument, error, "made to fail");
}

int Calls::Fault(const Call& call) {
  if (stop_at_ != 0 && entered_ >= stop_at_) return EIO;
  if (auto it = by_number_.find(entered_); it != by_number_.end()) {
    return it->second;
  }
  if (auto it = next_.find(call.name);
      it != next_.end() && !it->second.empty()) {
    const int error = it->second.front();
    it->second.erase(it->second.begin());
    return error;
  }
  auto it = always_.find(call.name);
  return it == always_.end() ? 0 : it->second;
}

}  // namespace holdfast::fakes
