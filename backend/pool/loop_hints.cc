#include "backend/pool/loop_hints.h"

namespace holdfast::pool {
namespace {

// A hint that is none.
constexpr int kAmbiguous = -1;

}  // namespace

std::optional<int> LoopHints::Find(const Key& key) const {
  const absl::MutexLock lock(&mutex_);
  const auto hint = numbers_.find(key);
  if (hint == numbers_.end() || hint->second == kAmbiguous) return std::nullopt;
  return hint->second;
}

std::vector<LoopHints::Key> LoopHints::Keys() const {
  const absl::MutexLock lock(&mutex_);
  std::vector<Key> keys;
  for (const auto& [key, number] : numbers_) keys.push_back(key);
  return keys;
}

void LoopHints::Learn(const Key& key, int number) {
  const absl::MutexLock lock(&mutex_);
  const auto [hint, is_new] = numbers_.try_emplace(key, number);
  if (!is_new) hint->second = kAmbiguous;
}

void LoopHints::Set(const Key& key, int number) {
  const absl::MutexLock lock(&mutex_);
  numbers_[key] = number;
}

bool LoopHints::Drop(const Key& key, int number) {
  const absl::MutexLock lock(&mutex_);
  const auto hint = numbers_.find(key);
  if (hint == numbers_.end() || hint->second != number) return false;
  numbers_.erase(hint);
  return true;
}

}  // namespace holdfast::pool
