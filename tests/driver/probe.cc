#include "tests/driver/probe.h"

#include <grpcpp/grpcpp.h>

#include "csi/v1/csi.grpc.pb.h"
#include "rpc/channel.h"

namespace holdfast::driver {

Probed Probe(const rpc::Endpoint& endpoint) {
  const auto stub = csi::v1::Identity::NewStub(rpc::MakeChannel(endpoint));
  grpc::ClientContext context;
  csi::v1::ProbeResponse response;
  const grpc::Status status = stub->Probe(&context, {}, &response);
  if (!status.ok() || !response.has_ready()) return Probed::kError;
  return response.ready().value() ? Probed::kReady : Probed::kNotReady;
}

}  // namespace holdfast::driver
