#include "node/staging_paths.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_split.h"

namespace holdfast::node {
namespace {

using Components = std::vector<absl::string_view>;

// True if the path ends like the pattern; an empty component stands for any.
bool EndsLike(const Components& path, const Components& pattern) {
  if (path.size() <= pattern.size()) return false;
  return std::equal(pattern.rbegin(), pattern.rend(), path.rbegin(),
                    [](absl::string_view wanted, absl::string_view found) {
                      return wanted.empty() ? !found.empty() : wanted == found;
                    });
}

}  // namespace

void StagingPaths::Add(const std::string& volume_id,
                       const std::string& staging_path) {
  absl::MutexLock lock(&mutex_);
  paths_.emplace(volume_id, staging_path);
}

void StagingPaths::Remove(const std::string& volume_id,
                          const std::string& staging_path) {
  absl::MutexLock lock(&mutex_);
  paths_.erase({volume_id, staging_path});
}

bool StagingPaths::Contains(const std::string& volume_id,
                            const std::string& staging_path) const {
  absl::MutexLock lock(&mutex_);
  return paths_.contains({volume_id, staging_path});
}

bool IsKubeletStagingPath(absl::string_view path) {
  const Components components = absl::StrSplit(path, '/');
  return EndsLike(components,
                  {"plugins", "kubernetes.io", "csi", "", "", "globalmount"}) ||
         EndsLike(components, {"plugins", "kubernetes.io", "csi",
                               "volumeDevices", "staging", ""});
}

}  // namespace holdfast::node
