#include "backend/pool/paths.h"

#include <cerrno>

#include "backend/pool/errors.h"
#include "base/status.h"

namespace holdfast::pool {

std::string ParentOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status MakeDirectories(os::Files& files, const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const absl::Status made = files.MakeDirectory(path.substr(0, end));
    if (!made.ok() && !IsErrno(made, EEXIST)) {
      return Meaning(made, "make the pool's mount point");
    }
    if (end == std::string::npos) return absl::OkStatus();
  }
}

}  // namespace holdfast::pool
