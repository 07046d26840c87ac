// Where a kubelet keeps volumes (kubernetes: pkg/volume/csi).

#ifndef HOLDFAST_CLI_DOCTOR_PLACES_H_
#define HOLDFAST_CLI_DOCTOR_PLACES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace holdfast::cli::doctor {

// Paths of one kubelet, by its directory.
//
//   plugins/kubernetes.io/csi/<driver>/<hash>/globalmount    staging, mount
//   plugins/kubernetes.io/csi/volumeDevices/staging/<pv>     staging, block
//   plugins/kubernetes.io/csi/volumeDevices/publish/<pv>/<pod uid>
//   plugins/kubernetes.io/csi/volumeDevices/<pv>/dev/<pod uid>
//   pods/<pod uid>/…                                         publications
class Places {
 public:
  explicit Places(std::string kubelet);

  bool IsStaging(absl::string_view path) const;
  // Where the kubelet binds loop devices of its own to block volumes.
  // `lo_file_name` keeps only the first 63 bytes of a path.
  bool IsBlockVolume(absl::string_view path_or_name) const;
  // The uid of the pod that a path belongs to; empty if it belongs to none.
  std::string PodOf(absl::string_view path) const;
  std::string PodDirectory(const std::string& uid) const;

 private:
  const std::string pods_;
  const std::string plugins_;
  const std::string block_;
};

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_PLACES_H_
