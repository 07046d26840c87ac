// The parameters of StorageClass and VolumeSnapshotClass that a pool knows.

#ifndef HOLDFAST_BACKEND_POOL_PARAMETERS_H_
#define HOLDFAST_BACKEND_POOL_PARAMETERS_H_

#include <map>
#include <string>

#include "absl/status/status.h"

namespace holdfast::pool {

// INVALID_ARGUMENT, with the list of known keys, if there is another key. A
// typing error must not silently give a volume that is not what was meant.
// Keys of csi.storage.k8s.io/ were taken out by the services.
absl::Status CheckVolumeParameters(
    const std::map<std::string, std::string>& parameters);
absl::Status CheckSnapshotParameters(
    const std::map<std::string, std::string>& parameters);

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_PARAMETERS_H_
