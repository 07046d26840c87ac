#include "controller/list_token.h"

#include <optional>

namespace holdfast::controller {

absl::Status CheckToken(const std::string& token, IdKind kind) {
  if (token.empty()) return absl::OkStatus();
  const std::optional<ParsedId> id = ParseId(token);
  if (id && id->kind == kind) return absl::OkStatus();
  return absl::AbortedError(
      "starting_token is not one that this listing has given; list again "
      "from the beginning");
}

}  // namespace holdfast::controller
