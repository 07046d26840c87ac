// The CSI Node service: one statement per call, everything else below.

#ifndef HOLDFAST_NODE_NODE_SERVICE_H_
#define HOLDFAST_NODE_NODE_SERVICE_H_

#include "absl/time/time.h"
#include "csi/v1/csi.grpc.pb.h"
#include "node/expand.h"
#include "node/parts.h"
#include "node/publish.h"
#include "node/specs.h"
#include "node/staging.h"
#include "node/staging_paths.h"
#include "node/stats.h"
#include "node/unpublish.h"
#include "rpc/call.h"

namespace holdfast::node {

struct NodeOptions {
  NodeIdentity node;
  // How long a look at a mounted file system may take.
  absl::Duration stats_patience = absl::Seconds(10);
};

// Stages, publishes, grows and measures the volumes of one backend on this
// machine. It keeps no state and holds no code that makes a file system. The
// health calls are not offered yet (UNIMPLEMENTED). Thread-safe; what it is
// given outlives it.
class NodeService final : public csi::v1::Node::Service {
 public:
  NodeService(rpc::Calls& calls, const Parts& parts, const NodeOptions& options)
      : calls_(calls),
        options_(options),
        staging_(parts, staging_paths_),
        publish_(parts, options.node.node_id),
        unpublish_(parts),
        expand_(parts),
        stats_(parts, options.stats_patience) {}

  // Where volumes were staged; as long-lived as this object.
  StagingPaths& staging_paths() { return staging_paths_; }

  grpc::Status NodeStageVolume(
      grpc::ServerContext* context,
      const csi::v1::NodeStageVolumeRequest* request,
      csi::v1::NodeStageVolumeResponse* response) override;
  grpc::Status NodeUnstageVolume(
      grpc::ServerContext* context,
      const csi::v1::NodeUnstageVolumeRequest* request,
      csi::v1::NodeUnstageVolumeResponse* response) override;
  grpc::Status NodePublishVolume(
      grpc::ServerContext* context,
      const csi::v1::NodePublishVolumeRequest* request,
      csi::v1::NodePublishVolumeResponse* response) override;
  grpc::Status NodeUnpublishVolume(
      grpc::ServerContext* context,
      const csi::v1::NodeUnpublishVolumeRequest* request,
      csi::v1::NodeUnpublishVolumeResponse* response) override;
  grpc::Status NodeExpandVolume(
      grpc::ServerContext* context,
      const csi::v1::NodeExpandVolumeRequest* request,
      csi::v1::NodeExpandVolumeResponse* response) override;
  grpc::Status NodeGetVolumeStats(
      grpc::ServerContext* context,
      const csi::v1::NodeGetVolumeStatsRequest* request,
      csi::v1::NodeGetVolumeStatsResponse* response) override;
  grpc::Status NodeGetInfo(grpc::ServerContext* context,
                           const csi::v1::NodeGetInfoRequest* request,
                           csi::v1::NodeGetInfoResponse* response) override;
  grpc::Status NodeGetCapabilities(
      grpc::ServerContext* context,
      const csi::v1::NodeGetCapabilitiesRequest* request,
      csi::v1::NodeGetCapabilitiesResponse* response) override;
  grpc::Status NodeGetVolumeHealth(
      grpc::ServerContext* context,
      const csi::v1::NodeGetVolumeHealthRequest* request,
      csi::v1::NodeGetVolumeHealthResponse* response) override;
  grpc::Status NodeGetStorageHealth(
      grpc::ServerContext* context,
      const csi::v1::NodeGetStorageHealthRequest* request,
      csi::v1::NodeGetStorageHealthResponse* response) override;

 private:
  rpc::Calls& calls_;
  const NodeOptions options_;
  StagingPaths staging_paths_;
  Staging staging_;
  Publish publish_;
  Unpublish unpublish_;
  Expand expand_;
  StatsReader stats_;
};

}  // namespace holdfast::node

#endif  // HOLDFAST_NODE_NODE_SERVICE_H_
