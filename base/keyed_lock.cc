#include "base/keyed_lock.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/status.h"

namespace holdfast {
namespace {

void Deduplicate(std::vector<std::string>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

absl::Status Pending(const std::string& key, const Operation& by) {
  return absl::AbortedError(absl::StrFormat(
      "%s is pending on %s (step %s, for %.3f s); repeat the call later",
      by.name(), key, by.step(),
      absl::ToDoubleSeconds(absl::Now() - by.started())));
}

}  // namespace

KeyedLock::Held::Held(KeyedLock* lock, std::vector<std::string> exclusive,
                      std::vector<std::string> shared,
                      const Operation* operation)
    : lock_(lock),
      exclusive_(std::move(exclusive)),
      shared_(std::move(shared)),
      operation_(operation) {}

KeyedLock::Held::Held(Held&& other) noexcept
    : lock_(std::exchange(other.lock_, nullptr)),
      exclusive_(std::move(other.exclusive_)),
      shared_(std::move(other.shared_)),
      operation_(other.operation_) {}

KeyedLock::Held::~Held() {
  if (lock_ != nullptr) lock_->Release(*this);
}

absl::StatusOr<KeyedLock::Held> KeyedLock::TryLock(const std::string& key,
                                                   const Operation& operation) {
  return TryLock(Keys{.exclusive = {key}}, operation);
}

absl::StatusOr<KeyedLock::Held> KeyedLock::TryLock(Keys keys,
                                                   const Operation& operation) {
  Deduplicate(keys.exclusive);
  Deduplicate(keys.shared);
  std::erase_if(keys.shared, [&](const std::string& key) {
    return std::binary_search(keys.exclusive.begin(), keys.exclusive.end(),
                              key);
  });
  absl::MutexLock guard(&mutex_);
  for (const auto& key : keys.exclusive) RETURN_IF_ERROR(CheckFree(key, true));
  for (const auto& key : keys.shared) RETURN_IF_ERROR(CheckFree(key, false));
  for (const auto& key : keys.exclusive) {
    holders_[key] = {.operations = {&operation}, .exclusive = true};
  }
  for (const auto& key : keys.shared) {
    holders_[key].operations.push_back(&operation);
  }
  return Held(this, std::move(keys.exclusive), std::move(keys.shared),
              &operation);
}

absl::Status KeyedLock::CheckFree(const std::string& key,
                                  bool want_exclusive) const {
  const auto it = holders_.find(key);
  if (it == holders_.end()) return absl::OkStatus();
  if (!want_exclusive && !it->second.exclusive) return absl::OkStatus();
  return Pending(key, *it->second.operations.front());
}

void KeyedLock::Release(const Held& held) {
  absl::MutexLock guard(&mutex_);
  for (const auto& key : held.exclusive_) ReleaseKey(key, held.operation_);
  for (const auto& key : held.shared_) ReleaseKey(key, held.operation_);
}

void KeyedLock::ReleaseKey(const std::string& key, const Operation* operation) {
  const auto it = holders_.find(key);
  auto& operations = it->second.operations;
  operations.erase(std::find(operations.begin(), operations.end(), operation));
  if (operations.empty()) holders_.erase(it);
}

absl::Duration KeyedLock::OldestAge() const {
  absl::MutexLock guard(&mutex_);
  const absl::Time now = absl::Now();
  absl::Time oldest = now;
  for (const auto& [key, holder] : holders_) {
    for (const Operation* operation : holder.operations) {
      oldest = std::min(oldest, operation->started());
    }
  }
  return now - oldest;
}

}  // namespace holdfast
