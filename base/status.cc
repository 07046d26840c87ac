#include "base/status.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace holdfast {
namespace {

constexpr char kErrnoPayload[] = "holdfast/errno";

std::string ErrnoText(int error) {
  char buffer[128];
  // The GNU variant of strerror_r: may answer a static string.
  return strerror_r(error, buffer, sizeof(buffer));
}

absl::StatusCode CodeOf(int error) {
  return error == ENOSPC || error == EDQUOT
             ? absl::StatusCode::kResourceExhausted
             : absl::StatusCode::kInternal;
}

absl::Status CopyPayloads(const absl::Status& from, absl::Status to) {
  from.ForEachPayload([&](absl::string_view key, const absl::Cord& value) {
    to.SetPayload(key, value);
  });
  return to;
}

}  // namespace

absl::Status ErrnoError(absl::string_view call, absl::string_view object,
                        int error, absl::string_view detail) {
  std::string message = absl::StrCat(call, " ", object, ": ", ErrnoText(error));
  if (!detail.empty()) absl::StrAppend(&message, " (", detail, ")");
  absl::Status status(CodeOf(error), message);
  status.SetPayload(kErrnoPayload, absl::Cord(absl::StrCat(error)));
  return status;
}

std::optional<int> GetErrno(const absl::Status& status) {
  const auto payload = status.GetPayload(kErrnoPayload);
  int error = 0;
  if (!payload || !absl::SimpleAtoi(std::string(*payload), &error)) {
    return std::nullopt;
  }
  return error;
}

bool IsErrno(const absl::Status& status, int error) {
  return GetErrno(status) == error;
}

absl::Status Annotate(const absl::Status& status, absl::string_view context) {
  if (status.ok()) return status;
  return CopyPayloads(
      status, absl::Status(status.code(),
                           absl::StrCat(context, ": ", status.message())));
}

absl::Status WithCode(const absl::Status& status, absl::StatusCode code) {
  return CopyPayloads(status, absl::Status(code, status.message()));
}

}  // namespace holdfast
