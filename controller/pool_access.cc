#include "controller/pool_access.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/ids.h"

namespace holdfast::controller {

absl::Status CheckHere(const backend::Backend& backend, const std::string& id) {
  const std::optional<ParsedId> parsed = ParseId(id);
  const std::optional<ParsedId> own = ParseId(backend.VolumeId(""));
  if (!parsed || !own || parsed->home == own->home) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "the pool ", parsed->home, " of ", id, " is not the one served here (",
      own->home, "); connect the daemon of that pool"));
}

}  // namespace holdfast::controller
