#include "controller/convert_answers.h"

#include <string>

#include "absl/time/time.h"

namespace holdfast::controller {
namespace {

void FillSource(const backend::ContentSource& source, csi::v1::Volume& out) {
  using Kind = backend::ContentSource::Kind;
  auto& message = *out.mutable_content_source();
  switch (source.kind) {
    case Kind::kNone:
      out.clear_content_source();
      break;
    case Kind::kSnapshot:
      message.mutable_snapshot()->set_snapshot_id(source.id);
      break;
    case Kind::kVolume:
      message.mutable_volume()->set_volume_id(source.id);
      break;
  }
}

void Fill(const PlacedVolume& placed, csi::v1::Volume& out) {
  out.set_capacity_bytes(placed.volume.size_bytes);
  out.set_volume_id(placed.volume.id);
  FillSource(placed.volume.spec.source, out);
  if (placed.topology.empty()) return;
  out.add_accessible_topology()->mutable_segments()->insert(
      placed.topology.begin(), placed.topology.end());
}

template <typename Status>
void FillNodes(const VolumeWithStatus& volume, Status& out) {
  for (const auto& node : volume.published_node_ids) {
    out.add_published_node_ids(node);
  }
}

void FillTime(absl::Time time, google::protobuf::Timestamp& out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  const absl::Duration rest = time - absl::FromUnixSeconds(seconds);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

// A snapshot that exists was cut whole: it is ready at once.
void Fill(const backend::Snapshot& snapshot, csi::v1::Snapshot& out) {
  out.set_size_bytes(snapshot.size_bytes);
  out.set_snapshot_id(snapshot.id);
  out.set_source_volume_id(snapshot.source_volume_id);
  FillTime(snapshot.created_at, *out.mutable_creation_time());
  out.set_ready_to_use(true);
}

}  // namespace

void Fill(const PlacedVolume& volume, csi::v1::CreateVolumeResponse& response) {
  Fill(volume, *response.mutable_volume());
}

void Fill(const VolumeWithStatus& volume,
          csi::v1::ControllerGetVolumeResponse& response) {
  Fill(volume.placed, *response.mutable_volume());
  FillNodes(volume, *response.mutable_status());
}

void Fill(const backend::Page<VolumeWithStatus>& page,
          csi::v1::ListVolumesResponse& response) {
  for (const auto& volume : page.entries) {
    auto& entry = *response.add_entries();
    Fill(volume.placed, *entry.mutable_volume());
    FillNodes(volume, *entry.mutable_status());
  }
  if (page.more) {
    response.set_next_token(page.entries.back().placed.volume.id);
  }
}

void Fill(const backend::Snapshot& snapshot,
          csi::v1::CreateSnapshotResponse& response) {
  Fill(snapshot, *response.mutable_snapshot());
}

void Fill(const backend::Snapshot& snapshot,
          csi::v1::GetSnapshotResponse& response) {
  Fill(snapshot, *response.mutable_snapshot());
}

void Fill(const backend::Page<backend::Snapshot>& page,
          csi::v1::ListSnapshotsResponse& response) {
  for (const auto& snapshot : page.entries) {
    Fill(snapshot, *response.add_entries()->mutable_snapshot());
  }
  if (page.more) response.set_next_token(page.entries.back().id);
}

void Fill(const backend::Capacity& capacity,
          csi::v1::GetCapacityResponse& response) {
  response.set_available_capacity(capacity.available_bytes);
  response.mutable_maximum_volume_size()->set_value(
      capacity.maximum_volume_bytes);
  response.mutable_minimum_volume_size()->set_value(
      capacity.minimum_volume_bytes);
}

// The agent runs where the volume is mounted and has grown file, device and
// file system in one go; an unmounted volume grows at its next stage.
void Fill(const ExpandedVolume& volume,
          csi::v1::ControllerExpandVolumeResponse& response) {
  response.set_capacity_bytes(volume.size_bytes);
  response.set_node_expansion_required(false);
}

void Fill(const Confirmation& confirmation,
          const csi::v1::ValidateVolumeCapabilitiesRequest& request,
          csi::v1::ValidateVolumeCapabilitiesResponse& response) {
  response.set_message(confirmation.objection);
  if (!confirmation.objection.empty()) return;
  auto& confirmed = *response.mutable_confirmed();
  *confirmed.mutable_volume_context() = request.volume_context();
  *confirmed.mutable_volume_capabilities() = request.volume_capabilities();
  *confirmed.mutable_parameters() = request.parameters();
  *confirmed.mutable_mutable_parameters() = request.mutable_parameters();
}

}  // namespace holdfast::controller
