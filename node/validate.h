// Requests as they come to the structs that the operations take: the only
// place of the node, with convert.h, that reads CSI's messages.

#ifndef HOLDFAST_NODE_VALIDATE_H_
#define HOLDFAST_NODE_VALIDATE_H_

#include "absl/status/statusor.h"
#include "csi/v1/csi.pb.h"
#include "node/specs.h"

namespace holdfast::node {

// INVALID_ARGUMENT for what is missing or cannot be meant, in the order of the
// fields, before anything is looked at. Paths of stage and publish must be
// absolute and without "..", and are brought into normal form. The paths of
// expand and stats only name what is looked for: a relative one is an unknown
// one (NOT_FOUND, said by the operation).
absl::StatusOr<StageSpec> ValidateStage(
    const csi::v1::NodeStageVolumeRequest& request);
absl::StatusOr<UnstageSpec> ValidateUnstage(
    const csi::v1::NodeUnstageVolumeRequest& request);
// Without a staging path: FAILED_PRECONDITION, since STAGE_UNSTAGE_VOLUME is
// advertised.
absl::StatusOr<PublishSpec> ValidatePublish(
    const csi::v1::NodePublishVolumeRequest& request);
absl::StatusOr<UnpublishSpec> ValidateUnpublish(
    const csi::v1::NodeUnpublishVolumeRequest& request);
// OUT_OF_RANGE for a range that cannot be. Range, staging path and capability
// are optional.
absl::StatusOr<ExpandSpec> ValidateExpand(
    const csi::v1::NodeExpandVolumeRequest& request);
absl::StatusOr<StatsSpec> ValidateStats(
    const csi::v1::NodeGetVolumeStatsRequest& request);

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_VALIDATE_H_
