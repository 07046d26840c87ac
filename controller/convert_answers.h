// From the driver's own words to the messages of csi.v1.

#ifndef HOLDFAST_CONTROLLER_CONVERT_ANSWERS_H_
#define HOLDFAST_CONTROLLER_CONVERT_ANSWERS_H_

#include "backend/types.h"
#include "controller/answers.h"
#include "csi/v1/csi.pb.h"

namespace holdfast::controller {

// Each fills in the response to one request.
void Fill(const PlacedVolume& volume, csi::v1::CreateVolumeResponse& response);
void Fill(const VolumeWithStatus& volume,
          csi::v1::ControllerGetVolumeResponse& response);
void Fill(const backend::Page<VolumeWithStatus>& page,
          csi::v1::ListVolumesResponse& response);
void Fill(const backend::Snapshot& snapshot,
          csi::v1::CreateSnapshotResponse& response);
void Fill(const backend::Snapshot& snapshot,
          csi::v1::GetSnapshotResponse& response);
void Fill(const backend::Page<backend::Snapshot>& page,
          csi::v1::ListSnapshotsResponse& response);
void Fill(const backend::Capacity& capacity,
          csi::v1::GetCapacityResponse& response);
void Fill(const ExpandedVolume& volume,
          csi::v1::ControllerExpandVolumeResponse& response);
// `confirmed` repeats from the request what was validated.
void Fill(const Confirmation& confirmation,
          const csi::v1::ValidateVolumeCapabilitiesRequest& request,
          csi::v1::ValidateVolumeCapabilitiesResponse& response);

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_CONVERT_ANSWERS_H_
