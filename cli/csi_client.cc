#include "cli/csi_client.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "csi/v1/csi.grpc.pb.h"

namespace holdfast::cli {
namespace {

using csi::v1::Controller;
using csi::v1::Identity;
using csi::v1::Node;

csi::v1::VolumeCapability Capability(backend::AccessType type,
                                     backend::AccessMode mode,
                                     const std::string& fs_type = "") {
  csi::v1::VolumeCapability capability;
  if (type == backend::AccessType::kBlock) {
    capability.mutable_block();
  } else {
    capability.mutable_mount()->set_fs_type(fs_type);
  }
  capability.mutable_access_mode()->set_mode(
      static_cast<csi::v1::VolumeCapability::AccessMode::Mode>(mode));
  return capability;
}

csi::v1::VolumeContentSource Source(const backend::ContentSource& source) {
  csi::v1::VolumeContentSource result;
  if (source.kind == backend::ContentSource::Kind::kSnapshot) {
    result.mutable_snapshot()->set_snapshot_id(source.id);
  } else {
    result.mutable_volume()->set_volume_id(source.id);
  }
  return result;
}

}  // namespace

struct CsiClient::Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel)
      : identity(channel), controller(channel), node(channel) {}

  Identity::Stub identity;
  Controller::Stub controller;
  Node::Stub node;
};

absl::StatusOr<std::unique_ptr<CsiClient>> CsiClient::Connect(
    absl::string_view endpoint, const Connection::Options& options) {
  ASSIGN_OR_RETURN(Connection connection, Connection::Open(endpoint, options));
  auto stubs = std::make_unique<Stubs>(connection.channel());
  return absl::WrapUnique(
      new CsiClient(std::move(stubs), std::move(connection)));
}

CsiClient::CsiClient(std::unique_ptr<Stubs> stubs, Connection connection)
    : stubs_(std::move(stubs)), connection_(std::move(connection)) {}

CsiClient::~CsiClient() = default;

absl::Status CsiClient::Probe() {
  ASSIGN_OR_RETURN(
      const auto response,
      connection_.Call<csi::v1::ProbeResponse>(
          stubs_->identity, &Identity::Stub::Probe, csi::v1::ProbeRequest()));
  // Absent means ready (CSI spec, "Probe").
  if (!response.has_ready() || response.ready().value()) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat(
      connection_.endpoint(), ": listens but is not ready yet; see its log"));
}

absl::StatusOr<PluginInfo> CsiClient::GetPluginInfo() {
  ASSIGN_OR_RETURN(const auto response,
                   connection_.Call<csi::v1::GetPluginInfoResponse>(
                       stubs_->identity, &Identity::Stub::GetPluginInfo,
                       csi::v1::GetPluginInfoRequest()));
  return PluginInfo{.name = response.name(),
                    .version = response.vendor_version()};
}

absl::StatusOr<VolumeInfo> CsiClient::CreateVolume(
    const backend::VolumeSpec& spec) {
  csi::v1::CreateVolumeRequest request;
  request.set_name(spec.name);
  request.mutable_capacity_range()->set_required_bytes(
      spec.capacity.required_bytes);
  request.mutable_capacity_range()->set_limit_bytes(spec.capacity.limit_bytes);
  *request.add_volume_capabilities() = Capability(
      spec.access_type, backend::AccessMode::kSingleNodeWriter, spec.fs_type);
  request.mutable_parameters()->insert(spec.parameters.begin(),
                                       spec.parameters.end());
  if (spec.source.kind != backend::ContentSource::Kind::kNone) {
    *request.mutable_volume_content_source() = Source(spec.source);
  }
  ASSIGN_OR_RETURN(
      const auto response,
      connection_.Call<csi::v1::CreateVolumeResponse>(
          stubs_->controller, &Controller::Stub::CreateVolume, request));
  return VolumeInfo{.id = response.volume().volume_id(),
                    .size_bytes = response.volume().capacity_bytes()};
}

absl::Status CsiClient::DeleteVolume(const std::string& id) {
  csi::v1::DeleteVolumeRequest request;
  request.set_volume_id(id);
  return connection_
      .Call<csi::v1::DeleteVolumeResponse>(
          stubs_->controller, &Controller::Stub::DeleteVolume, request)
      .status();
}

absl::StatusOr<int64_t> CsiClient::ExpandVolume(const std::string& id,
                                                int64_t bytes,
                                                backend::AccessType type) {
  csi::v1::ControllerExpandVolumeRequest request;
  request.set_volume_id(id);
  request.mutable_capacity_range()->set_required_bytes(bytes);
  *request.mutable_volume_capability() =
      Capability(type, backend::AccessMode::kSingleNodeWriter);
  ASSIGN_OR_RETURN(const auto response,
                   connection_.Call<csi::v1::ControllerExpandVolumeResponse>(
                       stubs_->controller,
                       &Controller::Stub::ControllerExpandVolume, request));
  return response.capacity_bytes();
}

absl::StatusOr<std::string> CsiClient::CreateSnapshot(
    const std::string& name, const std::string& volume_id) {
  csi::v1::CreateSnapshotRequest request;
  request.set_name(name);
  request.set_source_volume_id(volume_id);
  ASSIGN_OR_RETURN(
      const auto response,
      connection_.Call<csi::v1::CreateSnapshotResponse>(
          stubs_->controller, &Controller::Stub::CreateSnapshot, request));
  return response.snapshot().snapshot_id();
}

absl::Status CsiClient::DeleteSnapshot(const std::string& id) {
  csi::v1::DeleteSnapshotRequest request;
  request.set_snapshot_id(id);
  return connection_
      .Call<csi::v1::DeleteSnapshotResponse>(
          stubs_->controller, &Controller::Stub::DeleteSnapshot, request)
      .status();
}

absl::StatusOr<backend::Capacity> CsiClient::GetCapacity() {
  ASSIGN_OR_RETURN(const auto response,
                   connection_.Call<csi::v1::GetCapacityResponse>(
                       stubs_->controller, &Controller::Stub::GetCapacity,
                       csi::v1::GetCapacityRequest()));
  return backend::Capacity{
      .available_bytes = response.available_capacity(),
      .maximum_volume_bytes = response.maximum_volume_size().value(),
      .minimum_volume_bytes = response.minimum_volume_size().value()};
}

absl::StatusOr<std::string> CsiClient::GetNodeId() {
  ASSIGN_OR_RETURN(const auto response,
                   connection_.Call<csi::v1::NodeGetInfoResponse>(
                       stubs_->node, &Node::Stub::NodeGetInfo,
                       csi::v1::NodeGetInfoRequest()));
  return response.node_id();
}

absl::Status CsiClient::Stage(const Placement& placement) {
  csi::v1::NodeStageVolumeRequest request;
  request.set_volume_id(placement.volume_id);
  request.set_staging_target_path(placement.staging_path);
  *request.mutable_volume_capability() =
      Capability(placement.access_type, placement.access_mode);
  return connection_
      .Call<csi::v1::NodeStageVolumeResponse>(
          stubs_->node, &Node::Stub::NodeStageVolume, request)
      .status();
}

absl::Status CsiClient::Unstage(const Placement& placement) {
  csi::v1::NodeUnstageVolumeRequest request;
  request.set_volume_id(placement.volume_id);
  request.set_staging_target_path(placement.staging_path);
  return connection_
      .Call<csi::v1::NodeUnstageVolumeResponse>(
          stubs_->node, &Node::Stub::NodeUnstageVolume, request)
      .status();
}

absl::Status CsiClient::Publish(const Placement& placement) {
  csi::v1::NodePublishVolumeRequest request;
  request.set_volume_id(placement.volume_id);
  request.set_staging_target_path(placement.staging_path);
  request.set_target_path(placement.target_path);
  request.set_readonly(placement.mode == backend::AttachMode::kReadOnly);
  *request.mutable_volume_capability() =
      Capability(placement.access_type, placement.access_mode);
  return connection_
      .Call<csi::v1::NodePublishVolumeResponse>(
          stubs_->node, &Node::Stub::NodePublishVolume, request)
      .status();
}

absl::Status CsiClient::Unpublish(const Placement& placement) {
  csi::v1::NodeUnpublishVolumeRequest request;
  request.set_volume_id(placement.volume_id);
  request.set_target_path(placement.target_path);
  return connection_
      .Call<csi::v1::NodeUnpublishVolumeResponse>(
          stubs_->node, &Node::Stub::NodeUnpublishVolume, request)
      .status();
}

}  // namespace holdfast::cli
