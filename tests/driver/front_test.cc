#include "driver/front.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "absl/synchronization/notification.h"
#include "csi/v1/csi.grpc.pb.h"
#include "rpc/channel.h"
#include "tests/rpc/linux_sockets.h"
#include "tests/rpc/temp_dir.h"

namespace holdfast::driver {
namespace {

using testing::IsEmpty;

// A service whose Probe ends well when the other server's socket is gone, and
// with the call's cancellation if that comes first.
class WaitingIdentity final : public csi::v1::Identity::Service {
 public:
  explicit WaitingIdentity(std::string other) : other_(std::move(other)) {}

  grpc::Status Probe(grpc::ServerContext* context, const csi::v1::ProbeRequest*,
                     csi::v1::ProbeResponse*) override {
    started_.Notify();
    while (rpc::ConnectError(other_) == 0) {
      if (context->IsCancelled()) return grpc::Status::CANCELLED;
      std::this_thread::yield();
    }
    return grpc::Status::OK;
  }

  void AwaitCall() { started_.WaitForNotification(); }

 private:
  const std::string other_;
  absl::Notification started_;
};

grpc::Status CallProbe(const rpc::Endpoint& endpoint) {
  const auto stub = csi::v1::Identity::NewStub(rpc::MakeChannel(endpoint));
  grpc::ClientContext context;
  csi::v1::ProbeResponse response;
  return stub->Probe(&context, {}, &response);
}

// Were they stopped one after the other, a call on the first could never see
// the second one gone, and a daemon would take the grace once per server.
TEST(FrontTest, AllServersStopAtOnce) {
  const rpc::TempDir dir;
  const rpc::Endpoint a = dir.Socket("a.sock");
  const rpc::Endpoint b = dir.Socket("b.sock");
  WaitingIdentity on_a(b.path);
  WaitingIdentity on_b(a.path);
  Front front;
  ASSERT_TRUE(front.Serve(a.ToString(), {&on_a}).ok());
  ASSERT_TRUE(front.Serve(b.ToString(), {&on_b}).ok());
  grpc::Status answer_a;
  grpc::Status answer_b;
  std::thread call_a([&] { answer_a = CallProbe(a); });
  std::thread call_b([&] { answer_b = CallProbe(b); });
  on_a.AwaitCall();
  on_b.AwaitCall();
  front.Stop(absl::Seconds(10));
  call_a.join();
  call_b.join();
  EXPECT_TRUE(answer_a.ok()) << answer_a.error_message();
  EXPECT_TRUE(answer_b.ok()) << answer_b.error_message();
  EXPECT_THAT(dir.List(), IsEmpty());
}

TEST(FrontTest, StoppingTwiceIsHarmless) {
  Front front;
  front.Stop(absl::ZeroDuration());
  front.Stop(absl::ZeroDuration());
}

}  // namespace
}  // namespace holdfast::driver
