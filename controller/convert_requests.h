// From the messages of csi.v1 to the driver's own words.

#ifndef HOLDFAST_CONTROLLER_CONVERT_REQUESTS_H_
#define HOLDFAST_CONTROLLER_CONVERT_REQUESTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/convert_csi.h"
#include "backend/types.h"
#include "controller/requests.h"
#include "csi/v1/csi.pb.h"

namespace holdfast::controller {

using CsiMap = google::protobuf::Map<std::string, std::string>;
using CsiCapabilities =
    google::protobuf::RepeatedPtrField<csi::v1::VolumeCapability>;

using backend::FromCsi;

absl::StatusOr<std::vector<Capability>> FromCsi(
    const CsiCapabilities& capabilities);

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
