// A Controller service over a backend in memory, called directly.

#ifndef HOLDFAST_TESTS_CONTROLLER_POOL_SERVICE_H_
#define HOLDFAST_TESTS_CONTROLLER_POOL_SERVICE_H_

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "backend/idempotent_backend.h"
#include "base/ids.h"
#include "base/keyed_lock.h"
#include "base/metrics.h"
#include "controller/controller_service.h"
#include "rpc/call.h"
#include "tests/fakes/fake_backend.h"

namespace holdfast::controller {

inline constexpr int64_t kMiB = int64_t{1} << 20;

// The message that `text` (protobuf text format) describes.
template <typename Message>
Message FromText(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message))
      << text;
  return message;
}

// The service of one pool on the node "node-1", with everything below it.
class PoolService {
 public:
  explicit PoolService(const std::string& pool_uuid = "pool-1",
                       const std::string& node_id = "node-1",
                       int64_t pool_bytes = backend::FakeBackend::kPoolBytes)
      : backend_(pool_uuid, pool_bytes),
        node_{.node_id = node_id,
              .segments = {{"csi.holdfast.dev/node", node_id}}} {
    backend_.CheckLocks(locks_);
  }

  backend::FakeBackend& backend() { return backend_; }
  KeyedLock& locks() { return locks_; }
  const NodeIdentity& node() const { return node_; }
  ControllerService& service() { return service_; }

  // Calls one method. `request` is text where its type says what it is.
  template <typename Request, typename Response>
  std::pair<grpc::Status, Response> Call(
      grpc::Status (ControllerService::*method)(grpc::ServerContext*,
                                                const Request*, Response*),
      const Request& request) {
    grpc::ServerContext context;
    std::pair<grpc::Status, Response> answer;
    answer.first = (service_.*method)(&context, &request, &answer.second);
    return answer;
  }
  template <typename Request, typename Response>
  std::pair<grpc::Status, Response> Call(
      grpc::Status (ControllerService::*method)(grpc::ServerContext*,
                                                const Request*, Response*),
      const std::string& text) {
    return Call(method, FromText<Request>(text));
  }

  // Makes a volume or snapshot and answers its id.
  std::string MakeVolume(const std::string& name, int64_t bytes = 4 * kMiB) {
    const auto [status, response] =
        Call(&ControllerService::CreateVolume, VolumeText(name, bytes));
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.volume().volume_id();
  }
  std::string MakeSnapshot(const std::string& name, const std::string& source) {
    const auto [status, response] =
        Call(&ControllerService::CreateSnapshot,
             "name: '" + name + "' source_volume_id: '" + source + "'");
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.snapshot().snapshot_id();
  }

  // A CreateVolumeRequest for a mounted volume.
  static std::string VolumeText(const std::string& name,
                                int64_t bytes = 4 * kMiB) {
    return "name: '" + name +
           "' capacity_range { required_bytes: " + std::to_string(bytes) +
           " } volume_capabilities { mount {} " +
           "access_mode { mode: SINGLE_NODE_WRITER } }";
  }

 private:
  backend::FakeBackend backend_;
  backend::IdempotentBackend idempotent_{backend_};
  KeyedLock locks_;
  const NodeIdentity node_;
  Metrics metrics_;
  rpc::Calls calls_{metrics_};
  ControllerService service_{PoolAccess{idempotent_, locks_, node_}, calls_};
};

// The answer had this code; its message is there and says `words`.
inline void ExpectCode(const grpc::Status& status, grpc::StatusCode code,
                       const std::string& words = "") {
  EXPECT_EQ(status.error_code(), code) << status.error_message();
  EXPECT_EQ(status.error_message().empty(), status.ok());
  EXPECT_NE(status.error_message().find(words), std::string::npos)
      << status.error_message();
  EXPECT_TRUE(status.error_details().empty());
}

}  // namespace holdfast::controller

#endif  // HOLDFAST_TESTS_CONTROLLER_POOL_SERVICE_H_
