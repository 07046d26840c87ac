#include "backend/pool/loop_binder.h"

#include <glog/logging.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "backend/pool/errors.h"
#include "base/log.h"
#include "base/rollback.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

// Guesses of our own, then answers of the kernel; each can be overtaken.
constexpr int kGuesses = 8;
constexpr int kAttempts = 24;
// So many devices in a row that ignore discards are no leftovers.
constexpr int kRenewals = 4;

// Its limit of discards cannot be raised again, see SetDiscards.
bool IsStuck(const absl::Status& status, const os::LoopConfig& config) {
  return config.discards == os::Discards::kPassOn && IsErrno(status, EINVAL);
}

bool DoesNotExist(const absl::Status& status) {
  return IsErrno(status, ENXIO) || IsErrno(status, ENOENT) ||
         IsErrno(status, ENODEV);
}

}  // namespace

absl::Status NoDirectIo(int number, uint32_t block_bytes) {
  return absl::FailedPreconditionError(absl::StrCat(
      "no direct I/O on ", os::LoopPath(number), " with blocks of ",
      block_bytes,
      " bytes. The pool's device must have logical blocks no larger, and from "
      "kernel 6.15 on a file that shares data with others (a file system's "
      "template, a snapshot) has direct I/O in blocks of 4096 bytes only: ask "
      "for blocks of 4096"));
}

absl::StatusOr<int> LoopBinder::Bind(int backing_fd,
                                     const os::LoopConfig& config) {
  absl::Status bound;
  int passed_over = 0;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    ASSIGN_OR_RETURN(const int number, NextNumber(attempt));
    bound = Configure(number, backing_fd, config);
    // A device that another process is just adding exists for LOOP_CTL_ADD
    // before it does for anyone who opens it.
    if (IsErrno(bound, EBUSY) || DoesNotExist(bound)) {
      NoteTaken(number);
      continue;
    }
    if (!bound.ok()) {
      NoteFree(number);
      return DeviceMeaning(bound, "attach a loop device");
    }
    const absl::Status verified = Finish(number, config);
    if (verified.ok()) return number;
    if (!IsStuck(verified, config)) return GiveUp(number, verified);
    // A volume that cannot be trimmed is better than none.
    if (++passed_over > kRenewals) return number;
    RETURN_IF_ERROR(PassOver(number));
  }
  return absl::UnavailableError(absl::StrCat(
      "none of ", kAttempts, " loop devices tried could be had, the last: ",
      bound.message(), ". Try again"));
}

absl::StatusOr<int> LoopBinder::NextNumber(int attempt) {
  if (attempt < kGuesses) return numbers_.Take();
  const auto number = loops_.FindFree();
  if (!number.ok()) return DeviceMeaning(number.status(), "find a loop device");
  NoteTaken(*number);
  return *number;
}

absl::Status LoopBinder::Configure(int number, int backing_fd,
                                   const os::LoopConfig& config) {
  const absl::Status bound = loops_.Configure(number, backing_fd, config);
  if (!DoesNotExist(bound)) return bound;
  RETURN_IF_ERROR(loops_.Add(number));
  return loops_.Configure(number, backing_fd, config);
}

absl::Status LoopBinder::Finish(int number, const os::LoopConfig& config) {
  RETURN_IF_ERROR(Verify(number, config));
  // Always: the device may have served a volume of the other kind.
  return DeviceMeaning(loops_.SetDiscards(number, config.discards),
                       "say what becomes of discards");
}

absl::Status LoopBinder::PassOver(int number) {
  const absl::Status detached = loops_.Detach(number);
  if (!detached.ok() && !DoesNotExist(detached)) {
    return DeviceMeaning(detached, "detach a loop device without discards");
  }
  // A late opener (udev) keeps it attached for a moment; a second device on
  // the same file must not be made meanwhile.
  const auto status = loops_.GetStatus(number);
  if (status.ok()) {
    return absl::UnavailableError(
        absl::StrCat(os::LoopPath(number),
                     ", which ignores discards, is still open. Try again"));
  }
  if (!DoesNotExist(status.status())) {
    return DeviceMeaning(status.status(), "look at a loop device");
  }
  if (Renew(number)) NoteFree(number);
  return absl::OkStatus();
}

bool LoopBinder::Renew(int number) {
  const absl::Status removed = loops_.Remove(number);
  if (removed.ok() || DoesNotExist(removed)) return true;
  LOG(INFO) << LogLine("loop_device_kept")
                   .Add("device", os::LoopPath(number))
                   .Add("error", removed.message());
  return false;
}

// The kernel drops direct I/O without a word where it cannot be had.
absl::Status LoopBinder::Verify(int number, const os::LoopConfig& config) {
  const auto status = loops_.GetStatus(number);
  if (!status.ok())
    return DeviceMeaning(status.status(), "verify a loop device");
  if (status->name != config.name || status->mode != config.mode) {
    return absl::InternalError(
        absl::StrCat(os::LoopPath(number), " is not what was asked for: it is ",
                     status->name, ". Report this"));
  }
  if (!status->direct_io) {
    return NoDirectIo(number, config.block_bytes);
  }
  return absl::OkStatus();
}

absl::Status LoopBinder::GiveUp(int number, const absl::Status& cause) {
  Rollback rollback;
  rollback.Add("detach " + os::LoopPath(number), [this, number] {
    NoteFree(number);
    return loops_.Detach(number);
  });
  return rollback.Undo(cause);
}

}  // namespace holdfast::pool
