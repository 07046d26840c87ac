#include "cli/doctor/places.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/doctor/facts.h"

namespace holdfast::cli::doctor {
namespace {

constexpr size_t kLongestLoopName = 63;  // LO_NAME_SIZE less its final zero

// The components of `path` below `directory`; none if it is not below it.
std::vector<std::string> Below(absl::string_view path,
                               absl::string_view directory) {
  if (!IsBelow(path, directory)) return {};
  return absl::StrSplit(path.substr(directory.size()), '/', absl::SkipEmpty());
}

}  // namespace

Places::Places(std::string kubelet)
    : pods_(absl::StrCat(kubelet, "/pods")),
      plugins_(absl::StrCat(kubelet, "/plugins/kubernetes.io/csi")),
      block_(absl::StrCat(plugins_, "/volumeDevices")) {}

bool Places::IsStaging(absl::string_view path) const {
  return IsBelow(path, plugins_) && PodOf(path).empty();
}

bool Places::IsBlockVolume(absl::string_view path_or_name) const {
  if (IsBelow(path_or_name, block_)) return true;
  return path_or_name.size() == kLongestLoopName &&
         absl::StartsWith(block_, path_or_name);
}

std::string Places::PodOf(absl::string_view path) const {
  const std::vector<std::string> pod = Below(path, pods_);
  if (!pod.empty()) return pod[0];
  const std::vector<std::string> block = Below(path, block_);
  const bool is_publication = block.size() == 3 && block[0] == "publish";
  const bool is_map = block.size() == 3 && block[1] == "dev";
  return is_publication || is_map ? block[2] : "";
}

std::string Places::PodDirectory(const std::string& uid) const {
  return absl::StrCat(pods_, "/", uid);
}

}  // namespace holdfast::cli::doctor
