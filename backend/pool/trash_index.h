// What is in the trash, in memory.

#ifndef HOLDFAST_BACKEND_POOL_TRASH_INDEX_H_
#define HOLDFAST_BACKEND_POOL_TRASH_INDEX_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace holdfast::pool {

// An object in the trash.
struct TrashItem {
  std::string key;        // its name: "<id>.<ns>"
  int64_t bytes = 0;      // promised to it
  absl::Time deleted_at;  // by its name; 1970 if that does not say it
  // Of the last unlink that failed, if one did: in which pass, and when the
  // next may be tried in the background.
  int64_t failed_pass = 0;
  absl::Time retry_at = absl::InfinitePast();
};

// The time of deletion that a name in the trash ends with ("<id>.<ns>");
// nothing if it has none.
std::optional<absl::Time> DeletionTime(const std::string& key);

// Who works on an object takes it out and ends with Add or Remove. Touches no
// file. Thread-safe.
class TrashIndex {
 public:
  enum class Purpose { kUnlink, kRestore };

  // Says while it lives that an object is on its way here.
  class Arrival {
   public:
    explicit Arrival(TrashIndex& index) : index_(index) { index_.Arriving(1); }
    ~Arrival() { index_.Arriving(-1); }
    Arrival(const Arrival&) = delete;
    Arrival& operator=(const Arrival&) = delete;

   private:
    TrashIndex& index_;
  };

  // A new object, or one that was taken and stays.
  void Add(TrashItem item);
  // An object that was taken is here no more.
  void Remove(const std::string& key);

  // Waits for whoever has it. Nothing if it is not here, or not until the
  // deadline.
  std::optional<TrashItem> Take(const std::string& key, Purpose purpose,
                                absl::Time deadline);
  // The one that was deleted first, to be unlinked; not one whose unlink
  // failed in this pass or a later one, so that a pass comes to an end.
  std::optional<TrashItem> TakeOldest(int64_t pass);
  int64_t NewPass();
  // One that was deleted at that time or before, to be unlinked, and that may
  // be tried now.
  std::optional<TrashItem> TakeExpired(absl::Time deleted_by, absl::Time now);

  // What is here with keys greater than `after`, in order of key.
  std::vector<TrashItem> After(const std::string& after) const;
  // When the next one is to be unlinked in the background.
  absl::Time NextDue(absl::Duration retention) const;

  // Counts whatever happens here.
  int64_t changes() const;
  // Returns when something has happened since `seen`, or at the deadline; at
  // once, with false, if nothing is on its way here or being unlinked. A
  // change is not to be expected of a restore: two could wait for each other.
  bool AwaitOutcome(int64_t seen, absl::Time deadline) const;
  // Returns when something has happened since `seen`, or at the deadline.
  void AwaitChange(int64_t seen, absl::Time deadline) const;
  // Makes AwaitChange return.
  void Wake();

 private:
  void Arriving(int change);
  std::optional<TrashItem> TakeFound(const std::string& key, Purpose purpose)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Release(const std::string& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::map<std::string, TrashItem> items_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<absl::Time, std::string>> by_age_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Purpose> taken_ ABSL_GUARDED_BY(mutex_);
  int unlinking_ ABSL_GUARDED_BY(mutex_) = 0;  // of the taken ones
  int arriving_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t passes_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t changes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_TRASH_INDEX_H_
