#include "backend/pool/fs_types.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/log.h"

namespace holdfast::pool {
namespace {

// The first is the default. ext4: room for a journal of 4 MiB and for data
// beside it; mke2fs makes smaller ones only without a journal.
const std::vector<FsType>& Offered() {
  static const auto* const kOffered = new std::vector<FsType>{
      {.name = "ext4", .minimum_bytes = int64_t{16} << 20},
  };
  return *kOffered;
}

}  // namespace

absl::StatusOr<FsType> FindFsType(const std::string& name) {
  if (name.empty()) return Offered().front();
  for (const FsType& type : Offered()) {
    if (type.name == name) return type;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "a volume cannot have the file system ", Quote(name), ". Offered: ",
      absl::StrJoin(Offered(), ", ", [](std::string* out, const FsType& type) {
        out->append(type.name);
      })));
}

}  // namespace holdfast::pool
