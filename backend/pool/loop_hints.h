// What loop device a volume was last seen to be.

#ifndef HOLDFAST_BACKEND_POOL_LOOP_HINTS_H_
#define HOLDFAST_BACKEND_POOL_LOOP_HINTS_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "backend/types.h"

namespace holdfast::pool {

// From id and mode to number. Hints only: whoever uses one verifies it.
// Thread-safe.
class LoopHints {
 public:
  using Key = std::pair<std::string, backend::AttachMode>;

  std::optional<int> Find(const Key& key) const;
  // All keys, in order; also those of which no number is believed.
  std::vector<Key> Keys() const;
  // Of a first look at all devices. Of two under one name none is believed:
  // whoever asks for the volume scans, and finds out whether they are on one
  // file.
  void Learn(const Key& key, int number);
  void Set(const Key& key, int number);
  // True if it was dropped; false if it has changed meanwhile.
  bool Drop(const Key& key, int number);

 private:
  mutable absl::Mutex mutex_;
  std::map<Key, int> numbers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_LOOP_HINTS_H_
