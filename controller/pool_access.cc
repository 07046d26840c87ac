#include "controller/pool_access.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/ids.h"

namespace holdfast::controller {

absl::Status CheckHere(const backend::Backend& backend, const std::string& id) {
  const std::optional<ParsedId> parsed = ParseId(id);
  if (!parsed) return absl::OkStatus();
  std::vector<std::string> homes;
  for (const backend::PoolIdentity& pool : backend.Pools()) {
    if (pool.home == parsed->home) return absl::OkStatus();
    homes.push_back(pool.home);
  }
  return absl::UnavailableError(absl::StrCat(
      "the pool ", parsed->home, " of ", id, " is none of those served here (",
      absl::StrJoin(homes, ", "), "); connect the daemon of that pool"));
}

}  // namespace holdfast::controller
