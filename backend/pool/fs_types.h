// The file systems that a pool's volumes can have.

#ifndef HOLDFAST_BACKEND_POOL_FS_TYPES_H_
#define HOLDFAST_BACKEND_POOL_FS_TYPES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace holdfast::pool {

struct FsType {
  std::string name;           // "ext4"
  int64_t minimum_bytes = 0;  // of a volume with it
};

// The type of that name, or the default one (ext4) for an empty name.
// INVALID_ARGUMENT, with the list of what is offered, for any other.
absl::StatusOr<FsType> FindFsType(const std::string& name);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_FS_TYPES_H_
