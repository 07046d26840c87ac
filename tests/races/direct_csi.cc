#include "tests/races/direct_csi.h"

#include "base/status.h"

namespace holdfast::races {
namespace {

using controller::ControllerService;
using node::NodeService;
using root::Access;
using root::NodeArgs;
using root::SnapshotFact;
using root::VolumeFact;

csi::v1::VolumeCapability Capability(Access access,
                                     const std::string& fs_type) {
  csi::v1::VolumeCapability capability;
  capability.mutable_access_mode()->set_mode(
      csi::v1::VolumeCapability::AccessMode::SINGLE_NODE_MULTI_WRITER);
  if (access == Access::kBlock) {
    capability.mutable_block();
  } else {
    capability.mutable_mount()->set_fs_type(fs_type);
  }
  return capability;
}

VolumeFact ToFact(const csi::v1::Volume& volume) {
  return {.id = volume.volume_id(), .bytes = volume.capacity_bytes()};
}

SnapshotFact ToFact(const csi::v1::Snapshot& snapshot) {
  return {.id = snapshot.snapshot_id(),
          .source_volume = snapshot.source_volume_id(),
          .bytes = snapshot.size_bytes()};
}

}  // namespace

absl::StatusOr<VolumeFact> DirectCsi::CreateVolume(
    const root::CreateArgs& args) {
  csi::v1::CreateVolumeRequest request;
  csi::v1::CreateVolumeResponse response;
  request.set_name(args.name);
  request.mutable_capacity_range()->set_required_bytes(args.bytes);
  *request.add_volume_capabilities() = Capability(args.access, args.fs_type);
  if (!args.from_snapshot.empty()) {
    request.mutable_volume_content_source()
        ->mutable_snapshot()
        ->set_snapshot_id(args.from_snapshot);
  } else if (!args.from_volume.empty()) {
    request.mutable_volume_content_source()->mutable_volume()->set_volume_id(
        args.from_volume);
  }
  RETURN_IF_ERROR(Daemon::Call(daemon_.controller(),
                               &ControllerService::CreateVolume, request,
                               response));
  return ToFact(response.volume());
}

absl::Status DirectCsi::DeleteVolume(const std::string& id) {
  csi::v1::DeleteVolumeRequest request;
  csi::v1::DeleteVolumeResponse response;
  request.set_volume_id(id);
  return Daemon::Call(daemon_.controller(), &ControllerService::DeleteVolume,
                      request, response);
}

absl::StatusOr<std::vector<VolumeFact>> DirectCsi::ListVolumes() {
  csi::v1::ListVolumesRequest request;
  csi::v1::ListVolumesResponse response;
  RETURN_IF_ERROR(Daemon::Call(daemon_.controller(),
                               &ControllerService::ListVolumes, request,
                               response));
  std::vector<VolumeFact> volumes;
  for (const auto& entry : response.entries()) {
    volumes.push_back(ToFact(entry.volume()));
  }
  return volumes;
}

absl::StatusOr<int64_t> DirectCsi::ControllerExpand(const std::string& id,
                                                    int64_t bytes) {
  csi::v1::ControllerExpandVolumeRequest request;
  csi::v1::ControllerExpandVolumeResponse response;
  request.set_volume_id(id);
  request.mutable_capacity_range()->set_required_bytes(bytes);
  RETURN_IF_ERROR(Daemon::Call(daemon_.controller(),
                               &ControllerService::ControllerExpandVolume,
                               request, response));
  return response.capacity_bytes();
}

absl::StatusOr<SnapshotFact> DirectCsi::CreateSnapshot(
    const std::string& name, const std::string& volume) {
  csi::v1::CreateSnapshotRequest request;
  csi::v1::CreateSnapshotResponse response;
  request.set_name(name);
  request.set_source_volume_id(volume);
  RETURN_IF_ERROR(Daemon::Call(daemon_.controller(),
                               &ControllerService::CreateSnapshot, request,
                               response));
  return ToFact(response.snapshot());
}

absl::Status DirectCsi::DeleteSnapshot(const std::string& id) {
  csi::v1::DeleteSnapshotRequest request;
  csi::v1::DeleteSnapshotResponse response;
  request.set_snapshot_id(id);
  return Daemon::Call(daemon_.controller(), &ControllerService::DeleteSnapshot,
                      request, response);
}

absl::StatusOr<std::vector<SnapshotFact>> DirectCsi::ListSnapshots() {
  csi::v1::ListSnapshotsRequest request;
  csi::v1::ListSnapshotsResponse response;
  RETURN_IF_ERROR(Daemon::Call(daemon_.controller(),
                               &ControllerService::ListSnapshots, request,
                               response));
  std::vector<SnapshotFact> snapshots;
  for (const auto& entry : response.entries()) {
    snapshots.push_back(ToFact(entry.snapshot()));
  }
  return snapshots;
}

absl::Status DirectCsi::Stage(const NodeArgs& args) {
  csi::v1::NodeStageVolumeRequest request;
  csi::v1::NodeStageVolumeResponse response;
  request.set_volume_id(args.volume_id);
  request.set_staging_target_path(args.staging_path);
  *request.mutable_volume_capability() = Capability(args.access, "");
  return Daemon::Call(daemon_.node(), &NodeService::NodeStageVolume, request,
                      response);
}

absl::Status DirectCsi::Unstage(const NodeArgs& args) {
  csi::v1::NodeUnstageVolumeRequest request;
  csi::v1::NodeUnstageVolumeResponse response;
  request.set_volume_id(args.volume_id);
  request.set_staging_target_path(args.staging_path);
  return Daemon::Call(daemon_.node(), &NodeService::NodeUnstageVolume, request,
                      response);
}

absl::Status DirectCsi::Publish(const NodeArgs& args) {
  csi::v1::NodePublishVolumeRequest request;
  csi::v1::NodePublishVolumeResponse response;
  request.set_volume_id(args.volume_id);
  request.set_staging_target_path(args.staging_path);
  request.set_target_path(args.target_path);
  *request.mutable_volume_capability() = Capability(args.access, "");
  return Daemon::Call(daemon_.node(), &NodeService::NodePublishVolume, request,
                      response);
}

absl::Status DirectCsi::Unpublish(const NodeArgs& args) {
  csi::v1::NodeUnpublishVolumeRequest request;
  csi::v1::NodeUnpublishVolumeResponse response;
  request.set_volume_id(args.volume_id);
  request.set_target_path(args.target_path);
  return Daemon::Call(daemon_.node(), &NodeService::NodeUnpublishVolume,
                      request, response);
}

}  // namespace holdfast::races
