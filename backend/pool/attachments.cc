#include "backend/pool/attachments.h"

#include <glog/logging.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "backend/pool/pool_ids.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

using backend::Attachment;
using backend::AttachMode;

os::LoopMode ToLoop(AttachMode mode) {
  return mode == AttachMode::kReadOnly ? os::LoopMode::kReadOnly
                                       : os::LoopMode::kReadWrite;
}

AttachMode FromLoop(os::LoopMode mode) {
  return mode == os::LoopMode::kReadOnly ? AttachMode::kReadOnly
                                         : AttachMode::kReadWrite;
}

bool IsOn(const os::LoopStatus& status, const os::FileInfo& file) {
  return status.backing_inode == file.inode &&
         status.backing_file_system == file.file_system;
}

// A hint that is none.
constexpr int kAmbiguous = -1;

bool IsGone(const absl::Status& status) {
  return IsErrno(status, ENXIO) || IsErrno(status, ENOENT) ||
         IsErrno(status, ENODEV);
}

absl::Status InUse(const Attachable& volume, absl::string_view by) {
  return absl::FailedPreconditionError(
      absl::StrCat("volume ", volume.id, " is in use: ", by));
}

absl::Status LingersAt(const Attachable& volume, int number) {
  return InUse(volume,
               absl::StrCat(os::LoopPath(number),
                            " is mounted or open. Unmount it, perhaps in "
                            "another mount namespace (lsblk, lsof)"));
}

absl::Status OpenByOthers(const Attachable& volume) {
  return InUse(volume, absl::StrCat("another process has ", volume.path,
                                    " open. End it (lsof, losetup)"));
}

absl::Status TwoWriters(absl::string_view id, int one, int other) {
  const std::string devices =
      absl::StrCat(os::LoopPath(one), " and ", os::LoopPath(other));
  LOG(ERROR) << devices << " are both read-write devices of volume " << id;
  return absl::FailedPreconditionError(absl::StrCat(
      "volume ", id, " is attached twice, read-write, as ", devices,
      ", and may be damaged. Unmount both, detach both (losetup -d) and check "
      "the volume"));
}

}  // namespace

absl::Status Attachments::Load() {
  const auto numbers = parts_.loops.List();
  if (!numbers.ok())
    return DeviceMeaning(numbers.status(), "list loop devices");
  for (const int number : *numbers) {
    binder_.NoteTaken(number);
    const auto status = parts_.loops.GetStatus(number);
    // What cannot be read now is found when its volume is asked for.
    if (!status.ok()) continue;
    Learn({status->name, FromLoop(status->mode)}, number);
  }
  return absl::OkStatus();
}

absl::StatusOr<Attachment> Attachments::Attach(const Attachable& volume,
                                               AttachMode mode) {
  ASSIGN_OR_RETURN(auto found, FindHinted(volume, mode));
  if (found && found->autoclear) {
    // It goes with its last user: nothing to build on, and no second one.
    ASSIGN_OR_RETURN(const bool stays, StaysAttached(volume, mode));
    if (stays) return LingersAt(volume, found->number);
    found.reset();
  }
  if (!found) {
    ASSIGN_OR_RETURN(found, ClearTheWay(volume, mode));
  }
  return found ? Adopt(volume, *found) : AttachNew(volume, mode);
}

absl::Status Attachments::Detach(const Attachable& volume, AttachMode mode) {
  ASSIGN_OR_RETURN(const auto found, FindLoop(volume, mode));
  if (!found) return absl::OkStatus();
  // Asked before detaching: the kernel would say OK to a device in use and
  // let it live on until its last user goes.
  const auto is_idle = [this, &found]() -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(const bool claimed, IsDeviceClaimed(found->number));
    return !claimed;
  };
  ASSIGN_OR_RETURN(const bool idle, WaitUntil(parts_.clock, is_idle));
  if (!idle) return LingersAt(volume, found->number);
  // While we waited others may have detached it and taken its number.
  ASSIGN_OR_RETURN(const auto still, FindHinted(volume, mode));
  if (!still) return absl::OkStatus();
  const absl::Status detached = parts_.loops.Detach(still->number);
  if (!detached.ok() && !IsGone(detached)) {
    return DeviceMeaning(detached, "detach a loop device");
  }
  ASSIGN_OR_RETURN(const bool stays, StaysAttached(volume, mode));
  if (stays) return LingersAt(volume, found->number);
  return absl::OkStatus();
}

std::vector<std::pair<std::string, AttachMode>> Attachments::Hinted() const {
  const absl::MutexLock lock(&mutex_);
  std::vector<Key> keys;
  for (const auto& [key, number] : hints_) keys.push_back(key);
  return keys;
}

absl::StatusOr<std::optional<Attachment>> Attachments::Find(
    const Attachable& volume, AttachMode mode) {
  ASSIGN_OR_RETURN(const auto found, LookUp(volume, mode));
  if (!found) return std::nullopt;
  const auto size = parts_.loops.Size(found->number);
  if (!size.ok()) return DeviceMeaning(size.status(), "look at a loop device");
  return Attachment{os::LoopPath(found->number), *size};
}

absl::StatusOr<bool> Attachments::IsClaimed(const Attachable& volume,
                                            AttachMode mode) {
  ASSIGN_OR_RETURN(const auto found, FindLoop(volume, mode));
  return found ? IsDeviceClaimed(found->number) : false;
}

absl::StatusOr<bool> Attachments::IsDeviceClaimed(int number) {
  auto claimed = parts_.loops.IsClaimed(number);
  if (IsGone(claimed.status())) return false;
  if (!claimed.ok()) return DeviceMeaning(claimed.status(), "look at a device");
  return claimed;
}

absl::StatusOr<std::optional<LoopAttachment>> Attachments::FindLoop(
    const Attachable& volume, AttachMode mode) {
  ASSIGN_OR_RETURN(auto found, FindHinted(volume, mode));
  if (found) return found;
  // A lost hint must not pass for "not attached".
  ASSIGN_OR_RETURN(const bool open, IsOpen(volume));
  if (!open) return std::nullopt;
  ASSIGN_OR_RETURN(const Holders holders, FindHolders(volume));
  const auto own = holders.own.find(mode);
  if (own == holders.own.end()) return std::nullopt;
  SetHint({volume.id, mode}, own->second.number);
  return own->second;
}

absl::StatusOr<std::optional<LoopAttachment>> Attachments::FindHinted(
    const Attachable& volume, AttachMode mode) {
  const std::optional<int> hint = Hint({volume.id, mode});
  ASSIGN_OR_RETURN(auto found, LookUp(volume, mode));
  if (hint && !found) DropHint({volume.id, mode}, *hint);
  return found;
}

absl::StatusOr<std::optional<LoopAttachment>> Attachments::LookUp(
    const Attachable& volume, AttachMode mode) const {
  ASSIGN_OR_RETURN(os::FileInfo file, StatFile(volume));
  const std::optional<int> number = Hint({volume.id, mode});
  if (!number) return std::nullopt;
  const auto status = parts_.loops.GetStatus(*number);
  if (!status.ok() && !IsGone(status.status())) {
    return DeviceMeaning(status.status(), "look at a loop device");
  }
  if (status.ok() && IsOn(*status, file) && status->name == volume.id &&
      status->mode == ToLoop(mode)) {
    return LoopAttachment{*number, status->autoclear, status->direct_io, file};
  }
  return std::nullopt;
}

absl::Status Attachments::CheckUnused(const Attachable& volume) {
  for (const AttachMode mode :
       {AttachMode::kReadWrite, AttachMode::kReadOnly}) {
    ASSIGN_OR_RETURN(const auto found, FindLoop(volume, mode));
    if (found && !found->autoclear) {
      return InUse(volume, absl::StrCat("it is attached as ",
                                        os::LoopPath(found->number),
                                        ". Unstage it first"));
    }
  }
  ASSIGN_OR_RETURN(const bool stays, StaysOpen(volume));
  return stays ? OpenByOthers(volume) : absl::OkStatus();
}

absl::StatusOr<os::FileInfo> Attachments::StatFile(
    const Attachable& volume) const {
  auto info = parts_.files.Stat(volume.path);
  if (IsErrno(info.status(), ENOENT)) return NoVolume(volume.id);
  if (!info.ok()) return Meaning(info.status(), "look at the data file");
  return info;
}

absl::StatusOr<Attachment> Attachments::Adopt(const Attachable& volume,
                                              const LoopAttachment& found) {
  // Its process may have ended before it looked.
  if (!found.direct_io) {
    return NoDirectIo(found.number, volume.logical_block_bytes);
  }
  if (volume.discards == os::Discards::kIgnore) {
    RETURN_IF_ERROR(DeviceMeaning(
        parts_.loops.SetDiscards(found.number, volume.discards),
        "forbid discards"));
  }
  auto size = parts_.loops.Size(found.number);
  // The file was grown and the process ended before the device took it over.
  if (size.ok() && *size < found.file.size_bytes) {
    RETURN_IF_ERROR(DeviceMeaning(parts_.loops.UpdateSize(found.number),
                                  "give a loop device its new size"));
    size = parts_.loops.Size(found.number);
  }
  if (!size.ok()) return DeviceMeaning(size.status(), "look at a loop device");
  return Attachment{os::LoopPath(found.number), *size};
}

absl::StatusOr<std::optional<LoopAttachment>> Attachments::ClearTheWay(
    const Attachable& volume, AttachMode mode) {
  if (mode == AttachMode::kReadOnly) {
    // Our own read-write device may stand beside it, and is why the lease
    // would be refused.
    ASSIGN_OR_RETURN(const auto other,
                     FindHinted(volume, AttachMode::kReadWrite));
    if (other && !other->autoclear) return std::nullopt;
  }
  ASSIGN_OR_RETURN(const bool open, IsOpen(volume));
  if (!open) return std::nullopt;
  ASSIGN_OR_RETURN(const Holders holders, FindHolders(volume));
  if (holders.foreign) {
    return InUse(volume, absl::StrCat("it is attached by others as ",
                                      os::LoopPath(*holders.foreign),
                                      ". Detach it (losetup -d)"));
  }
  const auto own = holders.own.find(mode);
  if (own != holders.own.end() && !own->second.autoclear) {
    SetHint({volume.id, mode}, own->second.number);
    return own->second;
  }
  if (own == holders.own.end() && !holders.own.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const bool stays, StaysOpen(volume));
  if (stays) return OpenByOthers(volume);
  return std::nullopt;
}

// Only when the data file is open and no hint says by whom: it looks at all
// loop devices.
absl::StatusOr<Attachments::Holders> Attachments::FindHolders(
    const Attachable& volume) {
  ASSIGN_OR_RETURN(const os::FileInfo file, StatFile(volume));
  const auto numbers = parts_.loops.List();
  if (!numbers.ok())
    return DeviceMeaning(numbers.status(), "list loop devices");
  Holders holders;
  for (const int number : *numbers) {
    const auto status = parts_.loops.GetStatus(number);
    if (IsGone(status.status())) continue;
    if (!status.ok()) return DeviceMeaning(status.status(), "look at a device");
    if (!IsOn(*status, file)) continue;
    if (status->name != volume.id) {
      holders.foreign = number;
      continue;
    }
    const AttachMode mode = FromLoop(status->mode);
    const auto [first, is_new] = holders.own.try_emplace(
        mode,
        LoopAttachment{number, status->autoclear, status->direct_io, file});
    if (!is_new && mode == AttachMode::kReadWrite) {
      return TwoWriters(volume.id, first->second.number, number);
    }
  }
  return holders;
}

absl::StatusOr<bool> Attachments::IsOpen(const Attachable& volume) {
  const auto fd = parts_.files.Open(volume.path, os::OpenMode::kReadWrite);
  if (IsErrno(fd.status(), ENOENT)) return NoVolume(volume.id);
  if (!fd.ok()) return Meaning(fd.status(), "open the data file");
  auto open = parts_.data_files.IsOpenElsewhere(fd->get());
  if (!open.ok()) return Meaning(open.status(), "ask who has it open");
  return open;
}

absl::StatusOr<bool> Attachments::StaysOpen(const Attachable& volume) {
  const auto is_closed = [this, &volume]() -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(const bool open, IsOpen(volume));
    return !open;
  };
  ASSIGN_OR_RETURN(const bool closed, WaitUntil(parts_.clock, is_closed));
  return !closed;
}

absl::StatusOr<bool> Attachments::StaysAttached(const Attachable& volume,
                                                AttachMode mode) {
  const auto is_gone = [this, &volume, mode]() -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(const auto found, FindHinted(volume, mode));
    return !found.has_value();
  };
  ASSIGN_OR_RETURN(const bool gone, WaitUntil(parts_.clock, is_gone));
  return !gone;
}

absl::StatusOr<Attachment> Attachments::AttachNew(const Attachable& volume,
                                                  AttachMode mode) {
  const auto fd = parts_.files.Open(
      volume.path, mode == AttachMode::kReadOnly ? os::OpenMode::kReadOnly
                                                 : os::OpenMode::kReadWrite);
  if (!fd.ok()) return Meaning(fd.status(), "open the data file");
  ASSIGN_OR_RETURN(
      const int number,
      binder_.Bind(fd->get(), {.name = volume.id,
                               .mode = ToLoop(mode),
                               .block_bytes = volume.logical_block_bytes,
                               .discards = volume.discards}));
  SetHint({volume.id, mode}, number);
  const auto size = parts_.loops.Size(number);
  // The device is there all the same: a repetition finds it.
  if (!size.ok()) return DeviceMeaning(size.status(), "look at a loop device");
  return Attachment{os::LoopPath(number), *size};
}

std::optional<int> Attachments::Hint(const Key& key) const {
  absl::MutexLock lock(&mutex_);
  const auto hint = hints_.find(key);
  if (hint == hints_.end() || hint->second == kAmbiguous) return std::nullopt;
  return hint->second;
}

// Of two devices under one name none is believed: whoever asks for the volume
// scans, and finds out whether they are on one file.
void Attachments::Learn(const Key& key, int number) {
  absl::MutexLock lock(&mutex_);
  const auto [hint, is_new] = hints_.try_emplace(key, number);
  if (!is_new) hint->second = kAmbiguous;
}

void Attachments::SetHint(const Key& key, int number) {
  absl::MutexLock lock(&mutex_);
  hints_[key] = number;
}

void Attachments::DropHint(const Key& key, int number) {
  {
    absl::MutexLock lock(&mutex_);
    const auto hint = hints_.find(key);
    if (hint == hints_.end() || hint->second != number) return;
    hints_.erase(hint);
  }
  binder_.NoteFree(number);
}

}  // namespace holdfast::pool
