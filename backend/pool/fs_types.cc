#include "backend/pool/fs_types.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/log.h"

namespace holdfast::pool {

using backend::FsTraits;

absl::StatusOr<FsTraits> FindFsType(const std::string& name) {
  const auto& offered = backend::AllFsTraits();
  const FsTraits* const found = backend::FindFsTraits(name);
  if (found != nullptr) return *found;
  return absl::InvalidArgumentError(absl::StrCat(
      "a volume cannot have the file system ", Quote(name), ". Offered: ",
      absl::StrJoin(offered, ", ", [](std::string* out, const FsTraits& each) {
        out->append(each.name);
      })));
}

}  // namespace holdfast::pool
