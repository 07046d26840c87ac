// A real server whose answers a test gives.

#ifndef HOLDFAST_TESTS_RPC_SCRIPTED_SERVER_H_
#define HOLDFAST_TESTS_RPC_SCRIPTED_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/metrics.h"
#include "csi/v1/csi.grpc.pb.h"
#include "rpc/call.h"
#include "rpc/server.h"
#include "tests/rpc/temp_dir.h"

namespace holdfast::rpc {

using Body = std::function<absl::Status(Operation&)>;

// A call that changes, one that only reads, and Probe; each runs the body
// that was set last. Thread-safe.
class ScriptedController final : public csi::v1::Controller::Service {
 public:
  explicit ScriptedController(Calls& calls) : calls_(calls) {}

  void Set(Body body);
  absl::Status RunBody(Operation& operation);

  grpc::Status DeleteVolume(grpc::ServerContext* context,
                            const csi::v1::DeleteVolumeRequest* request,
                            csi::v1::DeleteVolumeResponse*) override;
  grpc::Status ControllerGetVolume(
      grpc::ServerContext* context,
      const csi::v1::ControllerGetVolumeRequest* request,
      csi::v1::ControllerGetVolumeResponse*) override;

 private:
  Calls& calls_;
  absl::Mutex mutex_;
  Body body_ ABSL_GUARDED_BY(mutex_);
};

class ScriptedIdentity final : public csi::v1::Identity::Service {
 public:
  ScriptedIdentity(Calls& calls, ScriptedController& script)
      : calls_(calls), script_(script) {}
  grpc::Status Probe(grpc::ServerContext* context,
                     const csi::v1::ProbeRequest* request,
                     csi::v1::ProbeResponse*) override;

 private:
  Calls& calls_;
  ScriptedController& script_;
};

// The services above on a socket of their own, and clients to them. A test
// that cannot start it ends with an exception.
class ScriptedServer {
 public:
  ScriptedServer();

  void Set(Body body) { controller_.Set(std::move(body)); }
  Metrics& metrics() { return metrics_; }
  Server& server() { return *server_; }
  csi::v1::Controller::Stub& controller() { return *controller_stub_; }
  csi::v1::Identity::Stub& identity() { return *identity_stub_; }

  // Calls with a volume id; one client context per call, if none is given.
  grpc::Status Delete(const std::string& volume_id = "v-1");
  grpc::Status Delete(grpc::ClientContext& context);
  grpc::Status Get();
  grpc::Status Probe();

 private:
  TempDir dir_;
  Metrics metrics_;
  Calls calls_{metrics_};
  ScriptedController controller_{calls_};
  ScriptedIdentity identity_{calls_, controller_};
  std::unique_ptr<Server> server_;
  std::unique_ptr<csi::v1::Controller::Stub> controller_stub_;
  std::unique_ptr<csi::v1::Identity::Stub> identity_stub_;
};

}  // namespace holdfast::rpc

#endif  // HOLDFAST_TESTS_RPC_SCRIPTED_SERVER_H_
