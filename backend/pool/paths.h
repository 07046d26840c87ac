// Names on the host that a pool's medium needs.

#ifndef HOLDFAST_BACKEND_POOL_PATHS_H_
#define HOLDFAST_BACKEND_POOL_PATHS_H_

#include <string>

#include "absl/status/status.h"
#include "os/files.h"

namespace holdfast::pool {

// The directory that the absolute `path` lies in: "/" for "/a".
std::string ParentOf(const std::string& path);

// mkdir -p of an absolute path.
absl::Status MakeDirectories(os::Files& files, const std::string& path);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_PATHS_H_
