#include "tests/cli/fake_csi.h"

#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "csi/v1/csi.grpc.pb.h"
#include "rpc/grpc_status.h"
#include "rpc/server.h"

namespace holdfast::cli {

using grpc::ServerContext;
using grpc::Status;

// One handler: notes the call, then fills the response in.
#define HANDLER(METHOD, FILL)                                            \
  Status METHOD(ServerContext*, const csi::v1::METHOD##Request* request, \
                csi::v1::METHOD##Response* response) override {          \
    const absl::Status status =                                          \
        fake.Note(#METHOD, request->ShortDebugString());                 \
    if (status.ok()) {                                                   \
      FILL;                                                              \
    }                                                                    \
    static_cast<void>(response);                                         \
    return rpc::ToGrpc(status);                                          \
  }

struct FakeCsi::Services {
  struct Identity : csi::v1::Identity::Service {
    explicit Identity(FakeCsi& f) : fake(f) {}
    FakeCsi& fake;
    HANDLER(GetPluginInfo, {
      response->set_name("fake.csi");
      response->set_vendor_version("1.2.3");
    })
    // Not ready where Probe was told to answer ABORTED.
    Status Probe(ServerContext*, const csi::v1::ProbeRequest*,
                 csi::v1::ProbeResponse* response) override {
      const absl::Status status = fake.Note("Probe", "");
      if (!absl::IsAborted(status)) return rpc::ToGrpc(status);
      response->mutable_ready()->set_value(false);
      return Status::OK;
    }
  };
  struct Controller : csi::v1::Controller::Service {
    explicit Controller(FakeCsi& f) : fake(f) {}
    FakeCsi& fake;
    HANDLER(CreateVolume, {
      response->mutable_volume()->set_volume_id("id-of-" + request->name());
      response->mutable_volume()->set_capacity_bytes(
          request->capacity_range().required_bytes());
    })
    HANDLER(DeleteVolume, {})
    HANDLER(CreateSnapshot, {
      response->mutable_snapshot()->set_snapshot_id("id-of-" + request->name());
    })
    HANDLER(DeleteSnapshot, {})
    HANDLER(ControllerExpandVolume, {
      response->set_capacity_bytes(request->capacity_range().required_bytes());
    })
    HANDLER(GetCapacity, {
      response->set_available_capacity(1000);
      response->mutable_maximum_volume_size()->set_value(900);
      response->mutable_minimum_volume_size()->set_value(10);
    })
  };
  struct Node : csi::v1::Node::Service {
    explicit Node(FakeCsi& f) : fake(f) {}
    FakeCsi& fake;
    HANDLER(NodeGetInfo, { response->set_node_id("node-1"); })
    HANDLER(NodeStageVolume, {})
    HANDLER(NodeUnstageVolume, {})
    HANDLER(NodePublishVolume, {})
    HANDLER(NodeUnpublishVolume, {})
  };

  explicit Services(FakeCsi& fake)
      : identity(fake), controller(fake), node(fake) {}

  Identity identity;
  Controller controller;
  Node node;
  std::unique_ptr<rpc::Server> server;
};

#undef HANDLER

FakeCsi::FakeCsi() : services_(std::make_unique<Services>(*this)) {
  auto server =
      rpc::Server::Start({.path = scratch_.At("csi.sock")},
                         {&services_->identity, &services_->controller,
                          &services_->node, &admin_});
  if (!server.ok()) abort();
  services_->server = *std::move(server);
}

FakeCsi::~FakeCsi() = default;

void FakeCsi::Answer(const std::string& method, absl::Status status) {
  absl::MutexLock lock(&mutex_);
  answers_[method] = std::move(status);
}

std::vector<std::string> FakeCsi::calls() const {
  absl::MutexLock lock(&mutex_);
  return calls_;
}

absl::Status FakeCsi::Note(const std::string& method,
                           const std::string& request) {
  absl::MutexLock lock(&mutex_);
  calls_.push_back(absl::StrCat(method, request.empty() ? "" : " ", request));
  return answers_[method];
}

}  // namespace holdfast::cli
