// The file systems that a pool's volumes can have.

#ifndef HOLDFAST_BACKEND_POOL_FS_TYPES_H_
#define HOLDFAST_BACKEND_POOL_FS_TYPES_H_

#include <string>

#include "absl/status/statusor.h"
#include "backend/fs_traits.h"

namespace holdfast::pool {

// The type of that name; INVALID_ARGUMENT, with the list of what is offered,
// for any other. Whether this machine can have btrfs is BtrfsOffer's to say,
// and what stands for no name PoolOptions'.
absl::StatusOr<backend::FsTraits> FindFsType(const std::string& name);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_FS_TYPES_H_
