// Which paths are staging paths.

#ifndef HOLDFAST_NODE_STAGING_PATHS_H_
#define HOLDFAST_NODE_STAGING_PATHS_H_

#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace holdfast::node {

// What was staged where since the process started. A hint: it does not say
// that anything is there still, and not all that is. Thread-safe.
class StagingPaths {
 public:
  void Add(const std::string& volume_id, const std::string& staging_path);
  void Remove(const std::string& volume_id, const std::string& staging_path);
  bool Contains(const std::string& volume_id,
                const std::string& staging_path) const;

 private:
  mutable absl::Mutex mutex_;
  std::set<std::pair<std::string, std::string>> paths_ ABSL_GUARDED_BY(mutex_);
};

// True for a path that the kubelet has volumes staged at, below whatever its
// directory is (pkg/volume/csi, makeDeviceMountPath and getStagingPath):
// …/plugins/kubernetes.io/csi/<driver>/<hash>/globalmount, and for a block
// volume …/plugins/kubernetes.io/csi/volumeDevices/staging/<name>.
bool IsKubeletStagingPath(absl::string_view path);

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_STAGING_PATHS_H_
