// The calls of the Controller service that are not offered.

#ifndef HOLDFAST_CONTROLLER_NOT_OFFERED_SERVICE_H_
#define HOLDFAST_CONTROLLER_NOT_OFFERED_SERVICE_H_

#include "csi/v1/csi.grpc.pb.h"
#include "rpc/call.h"

namespace holdfast::controller {

// Answers UNIMPLEMENTED with a sentence (CSI spec, "Error Scheme": every error
// has a message; what gRPC answers by itself has none). The services of an
// agent and of a router add what they offer. Thread-safe; `calls` outlives it.
class NotOfferedService : public csi::v1::Controller::Service {
 public:
  explicit NotOfferedService(rpc::Calls& calls) : calls_(calls) {}

  grpc::Status ControllerModifyVolume(
      grpc::ServerContext* context,
      const csi::v1::ControllerModifyVolumeRequest* request,
      csi::v1::ControllerModifyVolumeResponse* response) override;
  grpc::Status ControllerListVolumeHealth(
      grpc::ServerContext* context,
      const csi::v1::ControllerListVolumeHealthRequest* request,
      csi::v1::ControllerListVolumeHealthResponse* response) override;
  grpc::Status ControllerGetVolumeHealth(
      grpc::ServerContext* context,
      const csi::v1::ControllerGetVolumeHealthRequest* request,
      csi::v1::ControllerGetVolumeHealthResponse* response) override;

 protected:
  rpc::Calls& calls_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_CONTROLLER_NOT_OFFERED_SERVICE_H_
