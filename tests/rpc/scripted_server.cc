#include "tests/rpc/scripted_server.h"

#include <stdexcept>
#include <vector>

#include "rpc/channel.h"

namespace holdfast::rpc {

void ScriptedController::Set(Body body) {
  absl::MutexLock lock(&mutex_);
  body_ = std::move(body);
}

absl::Status ScriptedController::RunBody(Operation& operation) {
  Body body;
  {
    absl::MutexLock lock(&mutex_);
    body = body_;
  }
  return body ? body(operation) : absl::OkStatus();
}

grpc::Status ScriptedController::DeleteVolume(
    grpc::ServerContext* context, const csi::v1::DeleteVolumeRequest* request,
    csi::v1::DeleteVolumeResponse*) {
  return calls_.Run("DeleteVolume", *context, *request,
                    [&](Operation& operation) { return RunBody(operation); });
}

grpc::Status ScriptedController::ControllerGetVolume(
    grpc::ServerContext* context,
    const csi::v1::ControllerGetVolumeRequest* request,
    csi::v1::ControllerGetVolumeResponse*) {
  return calls_.Run("ControllerGetVolume", *context, *request,
                    [&](Operation& operation) { return RunBody(operation); });
}

grpc::Status ScriptedIdentity::Probe(grpc::ServerContext* context,
                                     const csi::v1::ProbeRequest* request,
                                     csi::v1::ProbeResponse*) {
  return calls_.Run("Probe", *context, *request, [&](Operation& operation) {
    return script_.RunBody(operation);
  });
}

ScriptedServer::ScriptedServer() {
  auto server = Server::Start(dir_.Socket(), {&controller_, &identity_});
  if (!server.ok()) throw std::runtime_error(server.status().ToString());
  server_ = *std::move(server);
  const auto channel = MakeChannel(dir_.Socket());
  controller_stub_ = csi::v1::Controller::NewStub(channel);
  identity_stub_ = csi::v1::Identity::NewStub(channel);
}

grpc::Status ScriptedServer::Delete(const std::string& volume_id) {
  grpc::ClientContext context;
  csi::v1::DeleteVolumeRequest request;
  request.set_volume_id(volume_id);
  csi::v1::DeleteVolumeResponse response;
  return controller_stub_->DeleteVolume(&context, request, &response);
}

grpc::Status ScriptedServer::Delete(grpc::ClientContext& context) {
  csi::v1::DeleteVolumeRequest request;
  request.set_volume_id("v-1");
  csi::v1::DeleteVolumeResponse response;
  return controller_stub_->DeleteVolume(&context, request, &response);
}

grpc::Status ScriptedServer::Get() {
  grpc::ClientContext context;
  csi::v1::ControllerGetVolumeRequest request;
  request.set_volume_id("v-1");
  csi::v1::ControllerGetVolumeResponse response;
  return controller_stub_->ControllerGetVolume(&context, request, &response);
}

grpc::Status ScriptedServer::Probe() {
  grpc::ClientContext context;
  csi::v1::ProbeResponse response;
  return identity_stub_->Probe(&context, {}, &response);
}

}  // namespace holdfast::rpc
