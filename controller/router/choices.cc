#include "controller/router/choices.h"

namespace holdfast::controller {

void Choices::Remember(const std::string& name, const Announcement& pool) {
  absl::MutexLock lock(&mutex_);
  std::erase_if(choices_, [&](const Choice& c) { return c.name == name; });
  if (choices_.size() == kMost) choices_.pop_front();
  choices_.push_back({name, pool});
}

void Choices::Forget(const std::string& name) {
  absl::MutexLock lock(&mutex_);
  std::erase_if(choices_, [&](const Choice& c) { return c.name == name; });
}

std::optional<Announcement> Choices::Find(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  for (const auto& each : choices_) {
    if (each.name == name) return each.pool;
  }
  return std::nullopt;
}

}  // namespace holdfast::controller
