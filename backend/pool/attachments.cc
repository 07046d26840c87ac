#include "backend/pool/attachments.h"

#include <glog/logging.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "backend/in_use.h"
#include "backend/pool/errors.h"
#include "backend/pool/pool_ids.h"
#include "base/log.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

using backend::Attachment;
using backend::AttachMode;

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

absl::Status AttachedByOthers(const Attachable& volume, int number) {
  return InUse(
      volume, absl::StrCat("it is attached by others as ", os::LoopPath(number),
                           ". Detach it (losetup -d)"));
}

absl::Status OpenByOthers(const Attachable& volume) {
  return InUse(volume, absl::StrCat("another process has ", volume.path,
                                    " open. End it (lsof, losetup)"));
}

}  // namespace

absl::Status Attachments::Load(const std::string& pool) {
  const auto place = parts_.files.Stat(pool);
  if (!place.ok()) return Meaning(place.status(), "look at the pool");
  const auto numbers = parts_.loops.List();
  if (!numbers.ok())
    return DeviceMeaning(numbers.status(), "list loop devices");
  for (const int number : *numbers) {
    binder_.NoteTaken(number);
    const auto status = parts_.loops.GetStatus(number);
    // What cannot be read now is found when its volume is asked for.
    if (!status.ok()) continue;
    if (status->name == kTrialDevice &&
        status->backing_file_system == place->file_system) {
      EndTrial(number, *status);
      continue;
    }
    hints_.Learn({status->name, FromLoop(status->mode)}, number);
  }
  return absl::OkStatus();
}

// One that stays costs a loop device and some space, not the start.
void Attachments::EndTrial(int number, const os::LoopStatus& trial) {
  const absl::Status gone = parts_.loops.DetachIf(number, trial);
  if (gone.ok()) {
    binder_.NoteFree(number);
    return;
  }
  LOG(ERROR) << LogLine("trial_device_stays")
                    .Add("device", os::LoopPath(number))
                    .Add("error", gone.message());
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
  return found ? Adopt(volume, mode, *found) : AttachNew(volume, mode);
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
  const absl::Status detached = parts_.loops.DetachIf(
      found->number, {.name = volume.id,
                      .backing_inode = found->file.inode,
                      .backing_file_system = found->file.file_system,
                      .mode = ToLoop(mode)});
  // While we waited others may have detached it and taken its number.
  const bool gone = IsNoDevice(detached) || IsErrno(detached, ESTALE);
  if (!detached.ok() && !gone) {
    return DeviceMeaning(detached, "detach a loop device");
  }
  ASSIGN_OR_RETURN(const bool stays, StaysAttached(volume, mode));
  if (stays) return LingersAt(volume, found->number);
  if (detached.ok() && volume.discards == os::Discards::kIgnore) {
    (void)binder_.Renew(found->number);
  }
  return absl::OkStatus();
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
  if (IsNoDevice(claimed.status())) return false;
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
  ASSIGN_OR_RETURN(const LoopHolders holders, FindHolders(volume));
  const auto own = holders.own.find(mode);
  if (own == holders.own.end()) return std::nullopt;
  hints_.Set({volume.id, mode}, own->second.number);
  return own->second;
}

absl::StatusOr<std::optional<LoopAttachment>> Attachments::FindHinted(
    const Attachable& volume, AttachMode mode) {
  const std::optional<int> hint = hints_.Find({volume.id, mode});
  ASSIGN_OR_RETURN(auto found, LookUp(volume, mode));
  if (hint && !found && hints_.Drop({volume.id, mode}, *hint)) {
    binder_.NoteFree(*hint);
  }
  return found;
}

absl::StatusOr<std::optional<LoopAttachment>> Attachments::LookUp(
    const Attachable& volume, AttachMode mode) const {
  ASSIGN_OR_RETURN(os::FileInfo file, StatFile(volume));
  const std::optional<int> number = hints_.Find({volume.id, mode});
  if (!number) return std::nullopt;
  const auto status = parts_.loops.GetStatus(*number);
  if (!status.ok() && !IsNoDevice(status.status())) {
    return DeviceMeaning(status.status(), "look at a loop device");
  }
  if (status.ok() && IsOn(*status, file) && status->name == volume.id &&
      status->mode == ToLoop(mode)) {
    return LoopAttachment{*number, status->autoclear, status->direct_io, file};
  }
  return std::nullopt;
}

absl::Status Attachments::CheckUnused(const Attachable& volume) {
  ASSIGN_OR_RETURN(const bool open, IsOpen(volume));
  if (!open) return absl::OkStatus();
  ASSIGN_OR_RETURN(const LoopHolders holders, FindHolders(volume));
  if (holders.foreign) return AttachedByOthers(volume, *holders.foreign);
  for (const auto& [mode, own] : holders.own) {
    if (own.autoclear) continue;
    return backend::HeldByOwnDevice(InUse(
        volume, absl::StrCat("it is attached as ", os::LoopPath(own.number),
                             ". Unstage it first")));
  }
  ASSIGN_OR_RETURN(const bool stays, StaysOpen(volume));
  if (!stays) return absl::OkStatus();
  if (holders.own.empty()) return OpenByOthers(volume);
  return backend::HeldByOwnDevice(
      LingersAt(volume, holders.own.begin()->second.number));
}

absl::StatusOr<os::FileInfo> Attachments::StatFile(
    const Attachable& volume) const {
  auto info = parts_.files.Stat(volume.path);
  if (IsErrno(info.status(), ENOENT)) return NoVolume(volume.id);
  if (!info.ok()) return Meaning(info.status(), "look at the data file");
  return info;
}

absl::Status Attachments::Mend(const Attachable& volume, AttachMode mode,
                               int number) {
  if (mode == AttachMode::kReadWrite) {
    RETURN_IF_ERROR(DeviceMeaning(parts_.loops.PassFlushesOn(number),
                                  "have a loop device pass flushes on"));
  }
  if (volume.discards == os::Discards::kPassOn) return absl::OkStatus();
  return DeviceMeaning(parts_.loops.SetDiscards(number, volume.discards),
                       "forbid discards");
}

absl::StatusOr<Attachment> Attachments::Adopt(const Attachable& volume,
                                              AttachMode mode,
                                              const LoopAttachment& found) {
  // Its process may have ended before it looked.
  if (!found.direct_io) {
    return NoDirectIo(found.number, volume.logical_block_bytes);
  }
  RETURN_IF_ERROR(Mend(volume, mode, found.number));
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
  ASSIGN_OR_RETURN(const LoopHolders holders, FindHolders(volume));
  if (holders.foreign) return AttachedByOthers(volume, *holders.foreign);
  const auto own = holders.own.find(mode);
  if (own != holders.own.end() && !own->second.autoclear) {
    hints_.Set({volume.id, mode}, own->second.number);
    return own->second;
  }
  if (own == holders.own.end() && !holders.own.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const bool stays, StaysOpen(volume));
  if (stays) return OpenByOthers(volume);
  return std::nullopt;
}

// Only when the data file is open and no hint says by whom.
absl::StatusOr<LoopHolders> Attachments::FindHolders(const Attachable& volume) {
  ASSIGN_OR_RETURN(const os::FileInfo file, StatFile(volume));
  return ScanLoops(parts_.loops, volume.id, file);
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
  hints_.Set({volume.id, mode}, number);
  const auto size = parts_.loops.Size(number);
  // The device is there all the same: a repetition finds it.
  if (!size.ok()) return DeviceMeaning(size.status(), "look at a loop device");
  return Attachment{os::LoopPath(number), *size};
}

}  // namespace holdfast::pool
