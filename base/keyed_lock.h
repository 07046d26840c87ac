// At most one operation at a time on a volume or snapshot.

#ifndef HOLDFAST_BASE_KEYED_LOCK_H_
#define HOLDFAST_BASE_KEYED_LOCK_H_

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/operation.h"

namespace holdfast {

// Locks by key (a volume or snapshot id), never waiting: a call that finds its
// key taken is answered ABORTED and repeated by its caller (CSI spec, "Error
// scheme": operation pending).
//
// A key is taken exclusively (create, delete, stage, expand, …) or shared (the
// source of a clone or a restore, so that many may be made from one source at
// the same time). Several keys are taken all or none, so order cannot matter.
//
// Thread-safe.
class KeyedLock {
 public:
  // The keys of one operation; given back when destroyed. Move-only. The
  // KeyedLock and the Operation must outlive it.
  class Held {
   public:
    Held(Held&& other) noexcept;
    Held& operator=(Held&&) = delete;
    ~Held();

   private:
    friend class KeyedLock;
    Held(KeyedLock* lock, std::vector<std::string> exclusive,
         std::vector<std::string> shared, const Operation* operation);
    KeyedLock* lock_;
    std::vector<std::string> exclusive_;
    std::vector<std::string> shared_;
    const Operation* operation_;
  };

  struct Keys {
    std::vector<std::string> exclusive;
    std::vector<std::string> shared;
  };

  // Takes all of `keys` for `operation`, or answers ABORTED with the name,
  // step and age of an operation that has one of them. A key given twice
  // counts once, exclusive before shared.
  absl::StatusOr<Held> TryLock(Keys keys, const Operation& operation);
  absl::StatusOr<Held> TryLock(const std::string& key,
                               const Operation& operation);

  // The age of the oldest operation that holds a key; zero if none does.
  absl::Duration OldestAge() const;

 private:
  struct Holder {
    std::vector<const Operation*> operations;
    bool exclusive = false;
  };

  absl::Status CheckFree(const std::string& key, bool want_exclusive) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Release(const Held& held);
  void ReleaseKey(const std::string& key, const Operation* operation)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Holder> holders_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace holdfast

#endif  // HOLDFAST_BASE_KEYED_LOCK_H_
