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
#include "backend/pool/clock.h"
#include "backend/pool/layout.h"
#include "backend/pool/reservation.h"
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

  // Moves an object here, durably. NOT_FOUND if there is none.
  absl::Status Put(const Deletion& deletion);

  // Unlinks everything that is here now.
  void Drain();

  // Room for `bytes`; at the price of emptying the trash, if need be.
  absl::StatusOr<Reservation::Hold> Reserve(int64_t bytes);

  // Bytes held by what is here.
  int64_t bytes() const;

 private:
  struct Entry {
    std::string name;
    int64_t bytes = 0;
  };

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
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread reaper_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_TRASH_H_
