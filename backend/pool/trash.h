// What was deleted, until its space is given back.

#ifndef HOLDFAST_BACKEND_POOL_TRASH_H_
#define HOLDFAST_BACKEND_POOL_TRASH_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "backend/pool/clock.h"
#include "backend/pool/layout.h"
#include "backend/pool/reservation.h"
#include "base/operation.h"
#include "os/files.h"

namespace holdfast::pool {

// A deleted object is renamed into the trash at once, whatever its size, and
// unlinked by a thread of the trash later; or now, if a create needs its room.
// Thread-safe.
class Trash {
 public:
  // All must outlive this object.
  struct Parts {
    os::Files& files;
    const Layout& layout;
    Reservation& reservation;
    const Clock& clock;
  };

  // An object on its way out.
  struct Deletion {
    std::string id;
    std::string directory;  // the one it is in, under its id
    // What was promised to it, by the facts of its file.
    std::function<int64_t(const os::FileInfo&)> promised;
  };

  explicit Trash(const Parts& parts) : parts_(parts) {}
  ~Trash() { Stop(); }
  Trash(const Trash&) = delete;
  Trash& operator=(const Trash&) = delete;

  // Finds what an earlier process left and counts it. Once, before Start.
  absl::Status Load();
  // Begins and ends unlinking in the background. Stop waits for the unlink
  // under way; what is left is found by the next Load.
  void Start();
  void Stop();

  // Moves an object here, durably. NOT_FOUND if there is none. If there is no
  // room for its new name, the trash is emptied first.
  absl::Status Put(const Deletion& deletion, const Operation& operation);

  // Unlinks everything that is here or on its way here; what still is on its
  // way at the deadline is left.
  void Drain(absl::Time deadline = absl::InfiniteFuture());

  // Room for `bytes`; at the price of emptying the trash, if need be.
  // DEADLINE_EXCEEDED rather than RESOURCE_EXHAUSTED if that takes too long.
  absl::StatusOr<Reservation::Hold> Reserve(int64_t bytes,
                                            const Operation& operation);

  // Bytes held by what is here.
  int64_t bytes() const;

 private:
  struct Entry {
    std::string name;
    int64_t bytes = 0;
  };

  // Says while it lives that an object is on its way.
  class Arrival {
   public:
    explicit Arrival(Trash& trash) : trash_(trash) { trash_.Arriving(1); }
    ~Arrival() { trash_.Arriving(-1); }
    Arrival(const Arrival&) = delete;
    Arrival& operator=(const Arrival&) = delete;

   private:
    Trash& trash_;
  };

  void Arriving(int change);
  // True if something is here that was not; waits for what is on its way.
  bool AwaitArrivals(absl::Time deadline);
  void UnlinkAll();
  absl::StatusOr<std::string> MoveHere(const Deletion& deletion);
  absl::Status MakeDurable(const std::string& directory);
  void Add(const Entry& entry);
  void Run();
  bool WaitForWork();
  bool ReapOne();

  const Parts parts_;
  mutable absl::Mutex mutex_;
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  // Could not be unlinked; tried again by the next Drain and the next start.
  std::deque<Entry> failed_ ABSL_GUARDED_BY(mutex_);
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int unlinking_ ABSL_GUARDED_BY(mutex_) = 0;
  int arriving_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread reaper_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_TRASH_H_
