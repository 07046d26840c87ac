// The promises of a pool and the room for them.

#ifndef HOLDFAST_BACKEND_POOL_RESERVATION_H_
#define HOLDFAST_BACKEND_POOL_RESERVATION_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace holdfast::pool {

// Keeps the sum of what is promised within what the pool can keep, so that a
// full pool is refused when a volume is made and never found by a writer.
//
// promised = sizes of volumes + bytes allocated to snapshots when cut +
// bytes of templates + bytes of trash. The sum is counted once when the pool
// is opened and then kept up; it is nowhere stored. Thread-safe.
class Reservation {
 public:
  struct Numbers {
    int64_t usable_bytes = 0;    // what may be promised
    int64_t promised_bytes = 0;  // can be more than usable: a lowered ratio
    int64_t trash_bytes = 0;     // of that: given back when it is needed
    int64_t available_bytes() const {
      return std::max<int64_t>(0, usable_bytes - promised_bytes);
    }
    // At the price of the trash: what a create would get.
    int64_t available_with_trash_bytes() const {
      return std::max<int64_t>(0, usable_bytes - promised_bytes + trash_bytes);
    }
  };

  // Room taken for something that is being made; given back when destroyed
  // unless Commit() said that it is there. Move-only.
  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept
        : reservation_(std::exchange(other.reservation_, nullptr)),
          bytes_(other.bytes_) {}
    Hold& operator=(Hold&& other) noexcept;
    ~Hold() { GiveBack(); }
    void Commit() { reservation_ = nullptr; }

   private:
    friend class Reservation;
    Hold(Reservation* reservation, int64_t bytes)
        : reservation_(reservation), bytes_(bytes) {}
    void GiveBack();
    Reservation* reservation_ = nullptr;
    int64_t bytes_ = 0;
  };

  explicit Reservation(int64_t usable_bytes) : usable_bytes_(usable_bytes) {}

  // RESOURCE_EXHAUSTED, with the numbers, if there is no room.
  absl::StatusOr<Hold> Reserve(int64_t bytes);
  // Replaces a promise by another without asking for room: what is there at
  // start, and what goes.
  void Exchange(int64_t minus_bytes, int64_t plus_bytes);

  // What is added to the sums, at once, without asking for room: what comes
  // to the trash, goes back or is unlinked.
  struct Change {
    int64_t promised_bytes = 0;
    int64_t trash_bytes = 0;
  };
  void Apply(const Change& change);

  Numbers numbers() const;

 private:
  const int64_t usable_bytes_;
  mutable absl::Mutex mutex_;
  int64_t promised_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t trash_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

// What may be promised of a file system of this size; at most 1 EiB.
struct UsableSpace {
  int64_t total_bytes = 0;     // of the file system
  int64_t overhead_bytes = 0;  // not offered when the pool was empty
  double reserve_ratio = 0.03;
  double overcommit_ratio = 1.0;
};
int64_t UsableBytes(const UsableSpace& space);
// What is never promised of it.
int64_t ReserveBytes(const UsableSpace& space);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_RESERVATION_H_
