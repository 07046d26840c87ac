#include "tests/input/rpcs.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace holdfast::input {
namespace {

using Controller = csi::v1::Controller::Service;
using Node = csi::v1::Node::Service;
using Codes = std::vector<grpc::StatusCode>;
using google::protobuf::Message;

Controller& Pick(const Services& services, Controller*) {
  return services.controller;
}
Node& Pick(const Services& services, Node*) { return services.node; }

template <typename Service, typename Request, typename Response>
Rpc Of(grpc::Status (Service::*method)(grpc::ServerContext*, const Request*,
                                       Response*),
       Codes codes) {
  std::string name = Request::descriptor()->name();
  name.resize(name.size() - std::string("Request").size());
  return {.name = std::move(name),
          .request = std::make_shared<Request>(),
          .call =
              [method](const Services& services, const Message& message) {
                grpc::ServerContext context;
                const auto response = std::make_shared<Response>();
                Service& service =
                    Pick(services, static_cast<Service*>(nullptr));
                const auto status = (service.*method)(
                    &context, static_cast<const Request*>(&message),
                    response.get());
                return Answer{status, response};
              },
          .codes = std::move(codes)};
}

// The table of csi-contract, "Per RPC"; UNAVAILABLE is for an id whose pool is
// not connected, which may come.
std::vector<Rpc> MakeController() {
  using namespace grpc;  // NOLINT: the names of codes
  return {
      Of(&Controller::CreateVolume,
         {NOT_FOUND, ALREADY_EXISTS, RESOURCE_EXHAUSTED, OUT_OF_RANGE,
          UNAVAILABLE}),
      Of(&Controller::DeleteVolume, {FAILED_PRECONDITION, UNAVAILABLE}),
      Of(&Controller::ControllerPublishVolume,
         {NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, RESOURCE_EXHAUSTED,
          UNAVAILABLE}),
      Of(&Controller::ControllerUnpublishVolume, {NOT_FOUND, UNAVAILABLE}),
      Of(&Controller::ValidateVolumeCapabilities, {NOT_FOUND, UNAVAILABLE}),
      Of(&Controller::ListVolumes, {UNAVAILABLE}),
      Of(&Controller::ControllerListVolumeHealth, {UNIMPLEMENTED}),
      Of(&Controller::ControllerGetVolumeHealth, {UNIMPLEMENTED}),
      Of(&Controller::ControllerGetVolume, {NOT_FOUND, UNAVAILABLE}),
      Of(&Controller::ControllerModifyVolume, {UNIMPLEMENTED}),
      Of(&Controller::GetCapacity, {}),
      Of(&Controller::ControllerGetCapabilities, {}),
      Of(&Controller::CreateSnapshot,
         {NOT_FOUND, ALREADY_EXISTS, RESOURCE_EXHAUSTED, UNAVAILABLE}),
      Of(&Controller::DeleteSnapshot, {FAILED_PRECONDITION, UNAVAILABLE}),
      Of(&Controller::ListSnapshots, {UNAVAILABLE}),
      Of(&Controller::GetSnapshot, {NOT_FOUND, UNAVAILABLE}),
      Of(&Controller::ControllerExpandVolume,
         {NOT_FOUND, FAILED_PRECONDITION, OUT_OF_RANGE, RESOURCE_EXHAUSTED,
          UNAVAILABLE}),
  };
}

std::vector<Rpc> MakeNode() {
  using namespace grpc;  // NOLINT: the names of codes
  return {
      Of(&Node::NodeStageVolume,
         {NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION}),
      Of(&Node::NodeUnstageVolume, {NOT_FOUND, FAILED_PRECONDITION}),
      Of(&Node::NodePublishVolume,
         {NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION}),
      Of(&Node::NodeUnpublishVolume, {NOT_FOUND, FAILED_PRECONDITION}),
      Of(&Node::NodeGetVolumeStats, {NOT_FOUND}),
      Of(&Node::NodeGetVolumeHealth, {UNIMPLEMENTED}),
      Of(&Node::NodeGetStorageHealth, {UNIMPLEMENTED}),
      Of(&Node::NodeExpandVolume,
         {NOT_FOUND, FAILED_PRECONDITION, OUT_OF_RANGE}),
      Of(&Node::NodeGetCapabilities, {}),
      Of(&Node::NodeGetInfo, {}),
  };
}

bool Has(const Codes& codes, grpc::StatusCode code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// At least three words: what happened, and what to do.
bool IsSentence(const std::string& message) {
  return std::count(message.begin(), message.end(), ' ') >= 3;
}

}  // namespace

const std::vector<Rpc>& Rpcs() {
  static const auto* const kRpcs = [] {
    auto* const all = new std::vector<Rpc>(MakeController());
    for (Rpc& each : MakeNode()) all->push_back(std::move(each));
    return all;
  }();
  return *kRpcs;
}

const Rpc* FindRpc(const std::string& name) {
  for (const Rpc& each : Rpcs()) {
    if (name == each.name || name == each.name + "Request") return &each;
  }
  return nullptr;
}

std::string CheckAnswer(const Rpc& rpc, const grpc::Status& status) {
  const auto code = status.error_code();
  const auto say = [&](absl::string_view what) {
    return absl::StrCat(rpc.name, " answered ", static_cast<int>(code), " \"",
                        status.error_message(), "\": ", what);
  };
  if (!status.error_details().empty()) return say("CSI forbids details");
  if (status.ok()) {
    return status.error_message().empty() ? "" : say("OK has no message");
  }
  if (code != grpc::INVALID_ARGUMENT && code != grpc::ABORTED &&
      !Has(rpc.codes, code)) {
    return say("CSI has no such code there");
  }
  return IsSentence(status.error_message()) ? "" : say("that is no sentence");
}

}  // namespace holdfast::input
