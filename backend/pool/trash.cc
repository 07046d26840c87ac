#include "backend/pool/trash.h"

#include <glog/logging.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "backend/pool/errors.h"
#include "backend/pool/open_pool.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

using Purpose = TrashIndex::Purpose;

// What could not be unlinked is left alone by the thread for so long.
constexpr absl::Duration kRetryPause = absl::Minutes(1);
// While they are unlinked and not given back, who wants their room waits.
constexpr size_t kUnlinkedAtOnce = 64;
// The clock may be set, so the thread looks at it now and then.
constexpr absl::Duration kLongestWait = absl::Minutes(1);

TrashItem ItemOf(const std::string& key, int64_t bytes) {
  return {.key = key,
          .bytes = bytes,
          .deleted_at = DeletionTime(key).value_or(absl::UnixEpoch())};
}

absl::Status MadeAgain(const std::string& id) {
  return absl::AlreadyExistsError(
      absl::StrCat(id,
                   " was made again since it was deleted. Delete the new one "
                   "first, if it is the old one that you want"));
}

}  // namespace

absl::Status Trash::Load() {
  const auto names = parts_.files.List(parts_.layout.Trash());
  if (!names.ok()) return Meaning(names.status(), "read the trash");
  for (const std::string& name : *names) {
    ASSIGN_OR_RETURN(const auto info,
                     StatToCount(parts_.files, parts_.layout.Trashed(name)));
    const int64_t bytes = info.allocated_bytes;
    parts_.reservation.Apply({.promised_bytes = bytes, .trash_bytes = bytes});
    index_.Add(ItemOf(name, bytes));
  }
  return absl::OkStatus();
}

void Trash::Start() {
  stopping_ = false;
  if (!reaper_.joinable()) reaper_ = std::thread([this] { Run(); });
}

void Trash::Stop() {
  stopping_ = true;
  index_.Wake();
  if (reaper_.joinable()) reaper_.join();
}

void Trash::Run() {
  while (true) {
    const int64_t seen = index_.changes();
    if (stopping_) return;
    if (UnlinkSomeExpired()) continue;
    const absl::Time due = index_.NextDue(parts_.retention);
    const absl::Duration wait =
        std::min(due - parts_.clock.now(), kLongestWait);
    index_.AwaitChange(seen, due == absl::InfiniteFuture()
                                 ? absl::InfiniteFuture()
                                 : absl::Now() + wait);
  }
}

absl::Status Trash::Put(const Move& deletion, const Operation& operation) {
  const std::string path = absl::StrCat(deletion.directory, "/", deletion.id);
  const auto info = parts_.files.Stat(path);
  if (IsErrno(info.status(), ENOENT)) {
    // "Gone" is an answer too: it may be from a call that was cut short.
    RETURN_IF_ERROR(MakeDurable(parts_.layout.Trash(), deletion.directory));
    return absl::NotFoundError(absl::StrCat("there is no ", path));
  }
  if (!info.ok()) return Meaning(info.status(), "look at what to delete");
  // Before its promise changes: whoever needs the room can wait for it.
  const TrashIndex::Arrival arrival(index_);
  ASSIGN_OR_RETURN(const std::string key,
                   MoveHereWithRoom(deletion, operation));
  const int64_t bytes = info->allocated_bytes;
  parts_.reservation.Apply({.promised_bytes = bytes - deletion.promised(*info),
                            .trash_bytes = bytes});
  // If this fails, the object is here all the same, and a repetition makes
  // the move durable.
  const absl::Status durable =
      MakeDurable(parts_.layout.Trash(), deletion.directory);
  index_.Add(ItemOf(key, bytes));
  return durable;
}

absl::StatusOr<std::string> Trash::MoveHereWithRoom(
    const Move& deletion, const Operation& operation) {
  absl::StatusOr<std::string> key = absl::UnknownError("not tried");
  RETURN_IF_ERROR(WithRoom(
      [&] {
        key = MoveHere(deletion);
        return key.status();
      },
      operation));
  return key;
}

absl::StatusOr<std::string> Trash::MoveHere(const Move& deletion) {
  const std::string from = absl::StrCat(deletion.directory, "/", deletion.id);
  // Two deletions of one name in a nanosecond, or a clock that was set back,
  // make the time taken: then the next one is as good.
  int64_t stamp = absl::ToUnixNanos(parts_.clock.now());
  while (true) {
    std::string key = absl::StrCat(deletion.id, ".", stamp++);
    const absl::Status moved =
        parts_.files.Rename(from, parts_.layout.Trashed(key));
    if (moved.ok()) return key;
    if (!IsErrno(moved, EEXIST)) return Meaning(moved, "move to the trash");
  }
}

absl::Status Trash::MakeDurable(const std::string& to,
                                const std::string& from) {
  for (const std::string& directory : {to, from}) {
    RETURN_IF_ERROR(Meaning(parts_.files.SyncDirectory(directory),
                            "make the move of a name durable"));
  }
  return absl::OkStatus();
}

absl::StatusOr<TrashItem> Trash::Take(const std::string& key, Purpose purpose,
                                      const Operation& operation) {
  auto item = index_.Take(key, purpose, operation.deadline());
  if (item) return *std::move(item);
  // Another call may have it still.
  RETURN_IF_ERROR(operation.CheckActive());
  return absl::NotFoundError(
      absl::StrCat("there is no ", Quote(key), " in the trash of this pool"));
}

absl::Status Trash::Restore(const std::string& key, const Move& to,
                            const Operation& operation) {
  auto item = Take(key, Purpose::kRestore, operation);
  if (!item.ok() && !absl::IsNotFound(item.status())) return item.status();
  if (item.ok()) {
    // What is to be had back is not to make room for itself.
    parts_.reservation.Apply({.trash_bytes = -item->bytes});
    const absl::Status moved = MoveBack(*item, to, operation);
    if (!moved.ok()) {
      parts_.reservation.Apply({.trash_bytes = item->bytes});
      index_.Add(*std::move(item));
      return moved;
    }
    index_.Remove(key);
  }
  // As in Put, also if it was moved by a call that was cut short.
  RETURN_IF_ERROR(MakeDurable(to.directory, parts_.layout.Trash()));
  return item.status();
}

absl::Status Trash::MoveBack(const TrashItem& item, const Move& to,
                             const Operation& operation) {
  const std::string from = parts_.layout.Trashed(item.key);
  const std::string path = absl::StrCat(to.directory, "/", to.id);
  // Before others pay for its room.
  const auto other = parts_.files.Stat(path);
  if (other.ok()) return MadeAgain(to.id);
  if (!IsErrno(other.status(), ENOENT)) {
    return Meaning(other.status(), "look where to put it back");
  }
  const auto info = parts_.files.Stat(from);
  if (!info.ok()) return ObjectMeaning(info.status(), "look at deleted data");
  ASSIGN_OR_RETURN(auto hold,
                   Reserve(to.promised(*info) - item.bytes, operation));
  const absl::Status moved = parts_.files.Rename(from, path);
  if (IsErrno(moved, EEXIST)) return MadeAgain(to.id);
  RETURN_IF_ERROR(Meaning(moved, "move out of the trash"));
  hold.Commit();
  return absl::OkStatus();
}

absl::Status Trash::Purge(const std::string& key, const Operation& operation) {
  auto item = Take(key, Purpose::kUnlink, operation);
  if (!item.ok() && !absl::IsNotFound(item.status())) return item.status();
  if (item.ok()) RETURN_IF_ERROR(Unlink(*item));
  RETURN_IF_ERROR(Meaning(parts_.files.SyncDirectory(parts_.layout.Trash()),
                          "make a purge durable"));
  return item.status();
}

absl::StatusOr<Reservation::Hold> Trash::Reserve(int64_t bytes,
                                                 const Operation& operation) {
  const int64_t pass = index_.NewPass();
  while (true) {
    const int64_t seen = index_.changes();
    auto hold = ReserveNow(bytes);
    if (!absl::IsResourceExhausted(hold.status())) return hold;
    // Cut short, it cannot say that there is no room.
    RETURN_IF_ERROR(operation.CheckActive());
    const bool would_do =
        bytes <= parts_.reservation.numbers().available_with_trash_bytes();
    if (would_do && UnlinkOldest(pass)) continue;
    if (!index_.AwaitOutcome(seen, operation.deadline())) return hold;
  }
}

absl::StatusOr<Reservation::Hold> Trash::ReserveNow(int64_t bytes) {
  ASSIGN_OR_RETURN(auto hold, parts_.reservation.Reserve(bytes));
  RETURN_IF_ERROR(parts_.room.Check(bytes));
  return hold;
}

absl::Status Trash::WithRoom(absl::FunctionRef<absl::Status()> work,
                             const Operation& operation) {
  const int64_t pass = index_.NewPass();
  while (true) {
    absl::Status done = work();
    if (!IsErrno(done, ENOSPC) && !IsErrno(done, EDQUOT)) return done;
    RETURN_IF_ERROR(operation.CheckActive());
    // Waits for no arrivals: two that did would wait for each other.
    if (!UnlinkOldest(pass)) return done;
  }
}

void Trash::UnlinkExpired() {
  while (UnlinkSomeExpired()) {
  }
}

void Trash::Drain() {
  const int64_t pass = index_.NewPass();
  while (UnlinkOldest(pass)) {
  }
}

bool Trash::UnlinkOldest(int64_t pass) {
  auto taken = index_.TakeOldest(pass);
  if (!taken) return false;
  Unlink(*std::move(taken)).IgnoreError();  // told in the log
  return true;
}

bool Trash::UnlinkSomeExpired() {
  const absl::Time now = parts_.clock.now();
  std::vector<TrashItem> unlinked;
  bool found = false;
  while (unlinked.size() < kUnlinkedAtOnce && !stopping_) {
    auto taken = index_.TakeExpired(now - parts_.retention, now);
    if (!taken) break;
    found = true;
    if (UnlinkFile(*taken).ok()) {
      unlinked.push_back(*std::move(taken));
    } else {
      Keep(*std::move(taken));
    }
  }
  if (!unlinked.empty()) parts_.room.FreeTakenAhead();
  for (const TrashItem& item : unlinked) GiveBack(item);
  return found;
}

absl::Status Trash::Unlink(TrashItem taken) {
  const absl::Status gone = UnlinkFile(taken);
  if (gone.ok()) {
    parts_.room.FreeTakenAhead();
    GiveBack(taken);
  } else {
    Keep(std::move(taken));
  }
  return gone;
}

absl::Status Trash::UnlinkFile(const TrashItem& taken) {
  const absl::Status gone =
      parts_.files.Unlink(parts_.layout.Trashed(taken.key));
  if (gone.ok() || IsErrno(gone, ENOENT)) return absl::OkStatus();
  LOG(ERROR) << LogLine("trash_unlink_failed")
                    .Add("key", taken.key)
                    .Add("error", gone.message());
  return Meaning(gone, "unlink deleted data");
}

void Trash::GiveBack(const TrashItem& unlinked) {
  parts_.reservation.Apply(
      {.promised_bytes = -unlinked.bytes, .trash_bytes = -unlinked.bytes});
  index_.Remove(unlinked.key);
}

void Trash::Keep(TrashItem taken) {
  taken.failed_pass = index_.NewPass();
  taken.retry_at = parts_.clock.now() + kRetryPause;
  index_.Add(std::move(taken));
}

}  // namespace holdfast::pool
