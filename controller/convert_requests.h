// From the messages of csi.v1 to the driver's own words.

#ifndef HOLDFAST_CONTROLLER_CONVERT_REQUESTS_H_
#define HOLDFAST_CONTROLLER_CONVERT_REQUESTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/types.h"
#include "controller/requests.h"
#include "csi/v1/csi.pb.h"

namespace holdfast::controller {

using CsiMap = google::protobuf::Map<std::string, std::string>;
using CsiCapabilities =
    google::protobuf::RepeatedPtrField<csi::v1::VolumeCapability>;

// INVALID_ARGUMENT if access type or mode is missing, or the mode is one that
// CSI does not know.
absl::StatusOr<Capability> FromCsi(const csi::v1::VolumeCapability& capability);
absl::StatusOr<std::vector<Capability>> FromCsi(
    const CsiCapabilities& capabilities);

// INVALID_ARGUMENT for a negative size, OUT_OF_RANGE for a limit below what is
// required.
absl::StatusOr<backend::CapacityRange> FromCsi(
    const csi::v1::CapacityRange& range);

// INVALID_ARGUMENT if it names no source, or one without an id.
absl::StatusOr<backend::ContentSource> FromCsi(
    const csi::v1::VolumeContentSource& source);

Segments FromCsi(const csi::v1::Topology& topology);
TopologyRequirement FromCsi(const csi::v1::TopologyRequirement& requirement);

// Without the keys that Kubernetes adds for itself: csi.storage.k8s.io/* and
// storage.kubernetes.io/*.
std::map<std::string, std::string> OwnKeys(const CsiMap& map);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_CONVERT_REQUESTS_H_
