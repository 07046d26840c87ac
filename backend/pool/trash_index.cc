#include "backend/pool/trash_index.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace holdfast::pool {

std::optional<absl::Time> DeletionTime(const std::string& key) {
  const absl::string_view name = key;
  const size_t dot = name.rfind('.');
  if (dot == name.npos) return std::nullopt;
  const absl::string_view digits = name.substr(dot + 1);
  const bool is_number = std::all_of(digits.begin(), digits.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  int64_t stamp = 0;
  if (!is_number || !absl::SimpleAtoi(digits, &stamp)) return std::nullopt;
  return absl::FromUnixNanos(stamp);
}

void TrashIndex::Add(TrashItem item) {
  absl::MutexLock lock(&mutex_);
  Release(item.key);
  by_age_.emplace(item.deleted_at, item.key);
  const std::string key = item.key;
  items_[key] = std::move(item);
}

void TrashIndex::Remove(const std::string& key) {
  absl::MutexLock lock(&mutex_);
  Release(key);
}

void TrashIndex::Release(const std::string& key) {
  ++changes_;
  const auto taken = taken_.extract(key);
  if (!taken.empty() && taken.mapped() == Purpose::kUnlink) --unlinking_;
}

void TrashIndex::Arriving(int change) {
  absl::MutexLock lock(&mutex_);
  arriving_ += change;
  ++changes_;
}

std::optional<TrashItem> TrashIndex::TakeFound(const std::string& key,
                                               Purpose purpose) {
  auto found = items_.extract(key);
  if (found.empty()) return std::nullopt;
  by_age_.erase({found.mapped().deleted_at, key});
  taken_[key] = purpose;
  if (purpose == Purpose::kUnlink) ++unlinking_;
  return std::move(found.mapped());
}

std::optional<TrashItem> TrashIndex::Take(const std::string& key,
                                          Purpose purpose,
                                          absl::Time deadline) {
  const auto is_free = [this, &key]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return taken_.count(key) == 0;
  };
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithDeadline(absl::Condition(&is_free), deadline);
  return TakeFound(key, purpose);
}

std::optional<TrashItem> TrashIndex::TakeOldest(int64_t pass) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [deleted_at, key] : by_age_) {
    if (items_.at(key).failed_pass >= pass) continue;
    return TakeFound(std::string(key), Purpose::kUnlink);
  }
  return std::nullopt;
}

int64_t TrashIndex::NewPass() {
  absl::MutexLock lock(&mutex_);
  return ++passes_;
}

std::optional<TrashItem> TrashIndex::TakeExpired(absl::Time deleted_by,
                                                 absl::Time now) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [deleted_at, key] : by_age_) {
    if (deleted_at > deleted_by) break;
    if (items_.at(key).retry_at > now) continue;
    return TakeFound(std::string(key), Purpose::kUnlink);
  }
  return std::nullopt;
}

std::vector<TrashItem> TrashIndex::After(const std::string& after) const {
  std::vector<TrashItem> found;
  absl::MutexLock lock(&mutex_);
  for (auto it = items_.upper_bound(after); it != items_.end(); ++it) {
    found.push_back(it->second);
  }
  return found;
}

absl::Time TrashIndex::NextDue(absl::Duration retention) const {
  absl::MutexLock lock(&mutex_);
  absl::Time next = absl::InfiniteFuture();
  for (const auto& [deleted_at, key] : by_age_) {
    const absl::Time due = deleted_at + retention;
    if (due >= next) break;
    next = std::min(next, std::max(due, items_.at(key).retry_at));
  }
  return next;
}

int64_t TrashIndex::changes() const {
  absl::MutexLock lock(&mutex_);
  return changes_;
}

bool TrashIndex::AwaitOutcome(int64_t seen, absl::Time deadline) const {
  const auto has_changed = [this, seen]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return changes_ != seen;
  };
  absl::MutexLock lock(&mutex_);
  if (changes_ == seen && arriving_ == 0 && unlinking_ == 0) return false;
  mutex_.AwaitWithDeadline(absl::Condition(&has_changed), deadline);
  return true;
}

void TrashIndex::AwaitChange(int64_t seen, absl::Time deadline) const {
  const auto has_changed = [this, seen]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return changes_ != seen;
  };
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithDeadline(absl::Condition(&has_changed), deadline);
}

void TrashIndex::Wake() {
  absl::MutexLock lock(&mutex_);
  ++changes_;
}

}  // namespace holdfast::pool
