#include "base/operation.h"

#include "absl/strings/str_cat.h"

namespace holdfast {

absl::Status Operation::CheckActive() const {
  if (cancelled_ && cancelled_()) {
    return absl::CancelledError(
        absl::StrCat(name_, " was cancelled by its caller after step ", step(),
                     "; repeat the call to continue"));
  }
  if (absl::Now() >= deadline_) {
    return absl::DeadlineExceededError(
        absl::StrCat(name_, " reached its deadline after step ", step(),
                     "; repeat the call to continue"));
  }
  return absl::OkStatus();
}

}  // namespace holdfast
