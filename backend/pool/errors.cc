#include "backend/pool/errors.h"

#include <cerrno>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace holdfast::pool {
namespace {

struct Reading {
  absl::StatusCode code;
  const char* advice;
};

Reading Read(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return {absl::StatusCode::kResourceExhausted,
              "The file system of the pool is full: free space on it"};
    case EFBIG:
      return {absl::StatusCode::kOutOfRange,
              "The file system of the pool has no files of that size: ask for "
              "less"};
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EAGAIN:
    case EINTR:
    case ENOLCK:
      return {absl::StatusCode::kUnavailable, "Try again"};
    case EROFS:
      return {absl::StatusCode::kUnavailable,
              "The file system of the pool is read-only: see the kernel log"};
    default:
      return {absl::StatusCode::kInternal,
              "See the kernel log for errors of the pool's device"};
  }
}

Reading ReadOfDevice(int error) {
  switch (error) {
    case ENOSPC:
      return {absl::StatusCode::kUnavailable,
              "No loop device is left: raise the limit of the loop module"};
    case EBUSY:
      return {absl::StatusCode::kUnavailable, "Try again"};
    case EIO:
      return {absl::StatusCode::kInternal,
              "See the kernel log for errors of the device"};
    default:
      return Read(error);
  }
}

absl::Status Translate(const absl::Status& fact, absl::string_view what,
                       Reading (*read)(int)) {
  if (fact.ok()) return fact;
  const std::optional<int> error = GetErrno(fact);
  if (!error) return Annotate(fact, what);
  const Reading reading = read(*error);
  absl::Status meaning(reading.code, absl::StrCat(what, ": ", fact.message(),
                                                  ". ", reading.advice));
  fact.ForEachPayload(
      [&meaning](absl::string_view url, const absl::Cord& payload) {
        meaning.SetPayload(url, payload);
      });
  return meaning;
}

}  // namespace

absl::Status Meaning(const absl::Status& fact, absl::string_view what) {
  return Translate(fact, what, Read);
}

// XFS says EUCLEAN for a corrupt structure and EBADMSG for a wrong checksum.
bool IsDamage(const absl::Status& fact) {
  return IsErrno(fact, EIO) || IsErrno(fact, EUCLEAN) || IsErrno(fact, EBADMSG);
}

absl::Status ObjectMeaning(const absl::Status& fact, absl::string_view what) {
  const absl::Status meaning = Meaning(fact, what);
  if (!IsDamage(fact)) return meaning;
  return WithCode(meaning, absl::StatusCode::kDataLoss);
}

absl::Status DeviceMeaning(const absl::Status& fact, absl::string_view what) {
  return Translate(fact, what, ReadOfDevice);
}

}  // namespace holdfast::pool
