// Which pool a volume may have been made in, while nobody knows.

#ifndef HOLDFAST_CONTROLLER_ROUTER_CHOICES_H_
#define HOLDFAST_CONTROLLER_ROUTER_CHOICES_H_

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "controller/router/agent.h"

namespace holdfast::controller {

// Remembers, by the name of the volume, the pool that was asked to make it,
// until that pool has given a final answer: a repeated call must not make a
// second volume elsewhere. Bounded: the oldest is forgotten first, as it is
// the likeliest to be asked for no more. A restarted router knows none, and
// finds by asking what was made. Thread-safe.
class Choices {
 public:
  static constexpr size_t kMost = 1024;

  void Remember(const std::string& name, const Announcement& pool);
  void Forget(const std::string& name);
  std::optional<Announcement> Find(const std::string& name) const;

 private:
  struct Choice {
    std::string name;
    Announcement pool;
  };

  mutable absl::Mutex mutex_;
  std::deque<Choice> choices_ ABSL_GUARDED_BY(mutex_);  // the oldest first
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_ROUTER_CHOICES_H_
