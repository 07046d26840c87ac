// What was deleted, until its space is given back.

#ifndef HOLDFAST_BACKEND_POOL_TRASH_H_
#define HOLDFAST_BACKEND_POOL_TRASH_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "backend/pool/clock.h"
#include "backend/pool/layout.h"
#include "backend/pool/real_room.h"
#include "backend/pool/reservation.h"
#include "backend/pool/trash_index.h"
#include "base/operation.h"
#include "os/files.h"

namespace holdfast::pool {

// A deleted object is renamed into the trash at once, whatever its size, and
// can be had back for `retention`. Then a thread of the trash unlinks it; or
// earlier, oldest first, if a create needs its room. What is here stays
// promised until it is unlinked and what others took ahead because of it is
// free. Thread-safe.
class Trash {
 public:
  // All must outlive this object.
  struct Parts {
    os::Files& files;
    const Layout& layout;
    Reservation& reservation;
    const RealRoom& room;
    const Clock& clock;
    absl::Duration retention;  // zero: unlinked as soon as may be
  };

  // An object on its way in, or back.
  struct Move {
    std::string id;
    std::string directory;  // where it is or belongs, under its id
    // What is promised to it there, by the facts of its file.
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
  // room for its new name, the oldest here make it.
  absl::Status Put(const Move& deletion, const Operation& operation);
  // Moves an object back, durably. NOT_FOUND; ALREADY_EXISTS; the errors of
  // Reserve, since more may be promised to it there than here.
  absl::Status Restore(const std::string& key, const Move& to,
                       const Operation& operation);
  // Unlinks an object now, durably. NOT_FOUND.
  absl::Status Purge(const std::string& key, const Operation& operation);

  // Room for `bytes`, promised and real (RealRoom::Check), at the price of what
  // is here: oldest first, as much as is needed, and nothing if all of it would
  // not do by what is promised. Waits for what others unlink and for what is on
  // its way here. DEADLINE_EXCEEDED rather than
  // RESOURCE_EXHAUSTED if that takes too long.
  absl::StatusOr<Reservation::Hold> Reserve(int64_t bytes,
                                            const Operation& operation);

  // Does `work`, and again for as long as the file system itself has no room
  // for it (ENOSPC, EDQUOT: overcommitted, or others write to it), with the
  // oldest here unlinked each time. Answers what the last try did.
  absl::Status WithRoom(absl::FunctionRef<absl::Status()> work,
                        const Operation& operation);

  // Unlinks what has been here for the retention, as the thread does.
  void UnlinkExpired();
  // Unlinks everything that is here.
  void Drain();

  // What is here with keys greater than `after`, in order of key.
  std::vector<TrashItem> After(const std::string& after) const {
    return index_.After(after);
  }
  // When the space of what was deleted then is given back at the latest.
  absl::Time PurgeTime(absl::Time deleted_at) const {
    return deleted_at + parts_.retention;
  }
  // Bytes held by what is here.
  int64_t bytes() const { return parts_.reservation.numbers().trash_bytes; }

 private:
  absl::StatusOr<TrashItem> Take(const std::string& key,
                                 TrashIndex::Purpose purpose,
                                 const Operation& operation);
  absl::StatusOr<std::string> MoveHere(const Move& deletion);
  absl::StatusOr<std::string> MoveHereWithRoom(const Move& deletion,
                                               const Operation& operation);
  absl::Status MoveBack(const TrashItem& item, const Move& to,
                        const Operation& operation);
  // Of a move of names; its new place first.
  absl::Status MakeDurable(const std::string& to, const std::string& from);
  absl::StatusOr<Reservation::Hold> ReserveNow(int64_t bytes);
  bool UnlinkOldest(int64_t pass);
  // A few at a time, for which space taken ahead is asked back once.
  bool UnlinkSomeExpired();
  // It goes, or stays here.
  absl::Status Unlink(TrashItem taken);
  absl::Status UnlinkFile(const TrashItem& taken);
  void GiveBack(const TrashItem& unlinked);
  void Keep(TrashItem taken);
  void Run();

  const Parts parts_;
  TrashIndex index_;
  std::atomic<bool> stopping_ = false;
  std::thread reaper_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_TRASH_H_
