// The CSI Identity service.

#ifndef HOLDFAST_IDENTITY_IDENTITY_SERVICE_H_
#define HOLDFAST_IDENTITY_IDENTITY_SERVICE_H_

#include <functional>
#include <map>
#include <string>

#include "csi/v1/csi.grpc.pb.h"
#include "rpc/call.h"
#include "rpc/readiness.h"

namespace holdfast::identity {

// What an endpoint says of itself; see driver_info.h for the keys of an agent.
// Asked at each GetPluginInfo, since pools may open later than the endpoint, by
// several threads; must not block. Empty: nothing.
using Manifest = std::function<std::map<std::string, std::string>()>;

// Answers who the driver is, what it can do, and whether it is ready. Served
// on every endpoint. The capabilities are the same everywhere, whichever
// services an endpoint has (CSI spec, "GetPluginCapabilities").
//
// Takes no locks: it only reads what it was made with. Thread-safe. `calls`
// must outlive it.
class IdentityService final : public csi::v1::Identity::Service {
 public:
  IdentityService(rpc::Calls& calls, Manifest manifest,
                  rpc::Readiness readiness);

  grpc::Status GetPluginInfo(grpc::ServerContext* context,
                             const csi::v1::GetPluginInfoRequest* request,
                             csi::v1::GetPluginInfoResponse* response) override;

  grpc::Status GetPluginCapabilities(
      grpc::ServerContext* context,
      const csi::v1::GetPluginCapabilitiesRequest* request,
      csi::v1::GetPluginCapabilitiesResponse* response) override;

  // ready=true; ready=false while starting (readiness UNAVAILABLE);
  // FAILED_PRECONDITION with the reason when something is wrong.
  grpc::Status Probe(grpc::ServerContext* context,
                     const csi::v1::ProbeRequest* request,
                     csi::v1::ProbeResponse* response) override;

 private:
  rpc::Calls& calls_;
  const Manifest manifest_;
  const rpc::Readiness readiness_;
};

}  // namespace holdfast::identity

#endif  // HOLDFAST_IDENTITY_IDENTITY_SERVICE_H_
