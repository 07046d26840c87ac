// What CSI asks of controller requests, and what they ask for.

#ifndef HOLDFAST_CONTROLLER_VALIDATE_H_
#define HOLDFAST_CONTROLLER_VALIDATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "controller/requests.h"
#include "csi/v1/csi.pb.h"

namespace holdfast::controller {

// Each checks the fields of one request (required ones, sizes, names, access
// modes) before anything is looked up, and answers what it asks for. Errors
// are INVALID_ARGUMENT, OUT_OF_RANGE for a capacity range that no size fits,
// and ABORTED for a bad starting_token. csi.storage.k8s.io/* is left out of
// parameters and contexts: sidecars add such keys as they please.
//
// The router runs the same checks before it looks for the agent, so that both
// hops answer alike.
absl::StatusOr<CreateVolumeArgs> Parse(const csi::v1::CreateVolumeRequest&);
absl::StatusOr<std::string> Parse(const csi::v1::DeleteVolumeRequest&);
absl::StatusOr<PublishArgs> Parse(
    const csi::v1::ControllerPublishVolumeRequest&);
absl::StatusOr<UnpublishArgs> Parse(
    const csi::v1::ControllerUnpublishVolumeRequest&);
absl::StatusOr<ConfirmArgs> Parse(
    const csi::v1::ValidateVolumeCapabilitiesRequest&);
absl::StatusOr<ListVolumesArgs> Parse(const csi::v1::ListVolumesRequest&);
absl::StatusOr<CapacityArgs> Parse(const csi::v1::GetCapacityRequest&);
absl::StatusOr<ExpandArgs> Parse(const csi::v1::ControllerExpandVolumeRequest&);
absl::StatusOr<std::string> Parse(const csi::v1::ControllerGetVolumeRequest&);
absl::StatusOr<CreateSnapshotArgs> Parse(const csi::v1::CreateSnapshotRequest&);
absl::StatusOr<std::string> Parse(const csi::v1::DeleteSnapshotRequest&);
absl::StatusOr<ListSnapshotsArgs> Parse(const csi::v1::ListSnapshotsRequest&);
absl::StatusOr<std::string> Parse(const csi::v1::GetSnapshotRequest&);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_VALIDATE_H_
