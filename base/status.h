// Errors: how a failed system call becomes a status, and how context is added
// on the way up. Nothing else in the tree converts errno.

#ifndef HOLDFAST_BASE_STATUS_H_
#define HOLDFAST_BASE_STATUS_H_

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace holdfast {

// The fact that system call `call` failed on `object` with `error` (an errno
// value the caller saved; the global is never read here). `detail` is what
// the kernel said about it, if it said anything.
//
// The code is INTERNAL, or RESOURCE_EXHAUSTED for ENOSPC and EDQUOT: what a
// failure means is for the caller to say, who knows what it was doing. The
// errno travels along as a payload.
absl::Status ErrnoError(absl::string_view call, absl::string_view object,
                        int error, absl::string_view detail = "");

// The errno that `status` carries, if it comes from ErrnoError.
std::optional<int> GetErrno(const absl::Status& status);

// True if `status` comes from ErrnoError with this errno.
bool IsErrno(const absl::Status& status, int error);

// `status` with "context: " before its message; code and payloads stay.
absl::Status Annotate(const absl::Status& status, absl::string_view context);

// The same message and payloads under another code.
absl::Status WithCode(const absl::Status& status, absl::StatusCode code);

}  // namespace holdfast

#define HOLDFAST_CONCAT_INNER(a, b) a##b
#define HOLDFAST_CONCAT(a, b) HOLDFAST_CONCAT_INNER(a, b)

// Returns from the function if `expr` (an absl::Status) is not OK.
#define RETURN_IF_ERROR(expr)                                                 \
  do {                                                                        \
    if (absl::Status status_macro_value = (expr); !status_macro_value.ok()) { \
      return status_macro_value;                                              \
    }                                                                         \
  } while (false)

// ASSIGN_OR_RETURN(auto fd, Open(path)): declares or assigns the left side, or
// returns the status of the right.
#define ASSIGN_OR_RETURN(lhs, rexpr) \
  ASSIGN_OR_RETURN_IMPL(HOLDFAST_CONCAT(statusor_, __LINE__), lhs, rexpr)

#define ASSIGN_OR_RETURN_IMPL(statusor, lhs, rexpr)        \
  auto statusor = (rexpr);                                 \
  if (!statusor.ok()) return std::move(statusor).status(); \
  lhs = *std::move(statusor)

#endif  // HOLDFAST_BASE_STATUS_H_
