#include "backend/pool/trash.h"

#include <glog/logging.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "backend/pool/errors.h"
#include "backend/pool/open_pool.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {

absl::Status Trash::Load() {
  auto names = parts_.files.List(parts_.layout.Trash());
  if (!names.ok()) return Meaning(names.status(), "read the trash");
  for (std::string& name : *names) {
    ASSIGN_OR_RETURN(const auto info,
                     StatToCount(parts_.files, parts_.layout.Trashed(name)));
    parts_.reservation.Exchange(0, info.allocated_bytes);
    Add({.name = std::move(name), .bytes = info.allocated_bytes});
  }
  return absl::OkStatus();
}

void Trash::Start() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = false;
  }
  if (!reaper_.joinable()) reaper_ = std::thread([this] { Run(); });
}

void Trash::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (reaper_.joinable()) reaper_.join();
}

absl::Status Trash::Put(const Deletion& deletion, const Operation& operation) {
  const std::string path = absl::StrCat(deletion.directory, "/", deletion.id);
  const auto info = parts_.files.Stat(path);
  if (IsErrno(info.status(), ENOENT)) {
    // "Gone" is an answer too: it may be from a call that was cut short.
    RETURN_IF_ERROR(MakeDurable(deletion.directory));
    return absl::NotFoundError(absl::StrCat("there is no ", path));
  }
  if (!info.ok()) return Meaning(info.status(), "look at what to delete");
  // Before its promise changes: whoever needs the room can wait for it.
  const Arrival arrival(*this);
  auto name = MoveHere(deletion);
  if (IsErrno(name.status(), ENOSPC)) {
    RETURN_IF_ERROR(operation.CheckActive());
    // Not Drain: two that wait for each other's arrival would wait for ever.
    UnlinkAll();
    name = MoveHere(deletion);
  }
  RETURN_IF_ERROR(name.status());
  parts_.reservation.Exchange(deletion.promised(*info), info->allocated_bytes);
  // If this fails, the object is here all the same, and a repetition makes
  // the move durable.
  const absl::Status durable = MakeDurable(deletion.directory);
  Add({.name = *std::move(name), .bytes = info->allocated_bytes});
  return durable;
}

void Trash::Arriving(int change) {
  absl::MutexLock lock(&mutex_);
  arriving_ += change;
}

absl::Status Trash::MakeDurable(const std::string& directory) {
  RETURN_IF_ERROR(Meaning(parts_.files.SyncDirectory(parts_.layout.Trash()),
                          "make a deletion durable"));
  return Meaning(parts_.files.SyncDirectory(directory),
                 "make a deletion durable");
}

absl::StatusOr<std::string> Trash::MoveHere(const Deletion& deletion) {
  const std::string from = absl::StrCat(deletion.directory, "/", deletion.id);
  // The time is a name only. Two deletions of one name in a nanosecond, or a
  // clock that was set back, make it taken: then the next one is as good.
  int64_t stamp = absl::ToUnixNanos(parts_.clock.now());
  while (true) {
    std::string name = absl::StrCat(deletion.id, ".", stamp++);
    const absl::Status moved =
        parts_.files.Rename(from, parts_.layout.Trashed(name));
    if (moved.ok()) return name;
    if (!IsErrno(moved, EEXIST)) return Meaning(moved, "move to the trash");
  }
}

void Trash::Add(const Entry& entry) {
  absl::MutexLock lock(&mutex_);
  bytes_ += entry.bytes;
  entries_.push_back(entry);
}

void Trash::Drain(absl::Time deadline) {
  do {
    UnlinkAll();
  } while (AwaitArrivals(deadline));
}

bool Trash::AwaitArrivals(absl::Time deadline) {
  const auto is_over = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return arriving_ == 0 || !entries_.empty();
  };
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithDeadline(absl::Condition(&is_over), deadline);
  return !entries_.empty() && absl::Now() < deadline;
}

void Trash::UnlinkAll() {
  {
    absl::MutexLock lock(&mutex_);
    for (Entry& entry : failed_) entries_.push_back(std::move(entry));
    failed_.clear();
  }
  while (ReapOne()) {
  }
  // What another thread took is being unlinked: its room comes with it.
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(
      +[](int* unlinking) { return *unlinking == 0; }, &unlinking_));
}

absl::StatusOr<Reservation::Hold> Trash::Reserve(int64_t bytes,
                                                 const Operation& operation) {
  auto hold = parts_.reservation.Reserve(bytes);
  if (!absl::IsResourceExhausted(hold.status())) return hold;
  Drain(operation.deadline());
  hold = parts_.reservation.Reserve(bytes);
  // Cut short, it cannot say that there is no room.
  if (!hold.ok()) RETURN_IF_ERROR(operation.CheckActive());
  return hold;
}

int64_t Trash::bytes() const {
  absl::MutexLock lock(&mutex_);
  return bytes_;
}

void Trash::Run() {
  while (WaitForWork()) ReapOne();
}

bool Trash::WaitForWork() {
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !entries_.empty();
  };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&has_work));
  return !stopping_;
}

bool Trash::ReapOne() {
  Entry entry;
  {
    absl::MutexLock lock(&mutex_);
    if (entries_.empty()) return false;
    entry = std::move(entries_.front());
    entries_.pop_front();
    ++unlinking_;
  }
  const absl::Status gone =
      parts_.files.Unlink(parts_.layout.Trashed(entry.name));
  const bool is_gone = gone.ok() || IsErrno(gone, ENOENT);
  if (is_gone) {
    parts_.reservation.Exchange(entry.bytes, 0);
  } else {
    LOG(ERROR) << LogLine("trash_unlink_failed")
                      .Add("name", entry.name)
                      .Add("error", gone.message());
  }
  absl::MutexLock lock(&mutex_);
  --unlinking_;
  if (is_gone) {
    bytes_ -= entry.bytes;
  } else {
    failed_.push_back(std::move(entry));
  }
  return true;
}

}  // namespace holdfast::pool
