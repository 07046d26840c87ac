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
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EAGAIN:
    case EINTR:
      return {absl::StatusCode::kUnavailable, "Try again"};
    case EROFS:
      return {absl::StatusCode::kUnavailable,
              "The file system of the pool is read-only: see the kernel log"};
    default:
      return {absl::StatusCode::kInternal,
              "See the kernel log for errors of the pool's device"};
  }
}

}  // namespace

absl::Status Meaning(const absl::Status& fact, absl::string_view what) {
  if (fact.ok()) return fact;
  const std::optional<int> error = GetErrno(fact);
  if (!error) return Annotate(fact, what);
  const Reading reading = Read(*error);
  absl::Status meaning(
      reading.code,
      absl::StrCat(what, ": ", fact.message(), ". ", reading.advice));
  fact.ForEachPayload(
      [&meaning](absl::string_view url, const absl::Cord& payload) {
        meaning.SetPayload(url, payload);
      });
  return meaning;
}

}  // namespace holdfast::pool
