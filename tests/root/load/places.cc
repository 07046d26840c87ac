#include "tests/root/load/places.h"

#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace holdfast::root {

std::string StagingPath(const std::string& directory, const std::string& id,
                        Access access) {
  const std::string all = AllStaging(directory);
  return access == Access::kBlock ? all + "/volumeDevices/staging/" + id
                                  : all + "/holdfast/" + id + "/globalmount";
}

std::string TargetsOf(const std::string& directory, const std::string& id) {
  return AllTargets(directory) + "/" + id;
}

std::string AllStaging(const std::string& directory) {
  return directory + "/plugins/kubernetes.io/csi";
}

std::string AllTargets(const std::string& directory) {
  return directory + "/pods";
}

std::string StagedAt(const std::string& directory, const std::string& path) {
  absl::string_view rest = path;
  if (!absl::ConsumePrefix(&rest, AllStaging(directory) + "/")) return "";
  const std::vector<std::string> parts = absl::StrSplit(rest, '/');
  if (parts[0] == "holdfast" && parts.size() == 3) return parts[1];
  if (parts[0] == "volumeDevices" && parts.size() == 4) return parts[2];
  return "";
}

}  // namespace holdfast::root
