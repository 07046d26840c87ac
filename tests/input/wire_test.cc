// What gRPC and Protobuf refuse before the driver sees it.

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include "tests/input/input_test.h"

namespace holdfast::input {
namespace {

// The services behind a server, in this process.
class WireTest : public InputTest {
 protected:
  WireTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&world_.services().controller);
    builder.RegisterService(&world_.services().node);
    server_ = builder.BuildAndStart();
    channel_ = server_->InProcessChannel({});
  }
  ~WireTest() override {
    server_->Shutdown();
    server_->Wait();
  }

  // Sends these bytes as the request of the method "/csi.v1.…".
  grpc::Status Send(const std::string& method, const std::string& bytes) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::CompletionQueue queue;
    const auto call = stub.PrepareUnaryCall(&context, method, request, &queue);
    call->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    call->Finish(&response, &status, &status);
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue.Next(&tag, &ok));
    return status;
  }

  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_P(WireTest, BytesThatAreNoRequestChangeNothing) {
  const auto before = world_.Describe();
  // A field of type 7; a length beyond the end; a name that is not UTF-8.
  for (const std::string bytes : {"\x0f", "\x0a\x7fxyz", "\x0a\x02\xff\xfe"}) {
    for (const char* method :
         {"/csi.v1.Controller/CreateVolume", "/csi.v1.Controller/DeleteVolume",
          "/csi.v1.Node/NodeStageVolume", "/csi.v1.Node/NodePublishVolume"}) {
      const grpc::Status status = Send(method, bytes);
      EXPECT_FALSE(status.ok() && bytes != "\x0a\x02\xff\xfe") << method;
      EXPECT_EQ(fakes::Difference(before, world_.Describe()), "") << method;
    }
  }
}

TEST_P(WireTest, ANameThatIsNotUtf8MakesNoVolume) {
  auto create = GoodRequest<csi::v1::CreateVolumeRequest>();
  create.set_name("ab");
  std::string bytes = create.SerializeAsString();
  bytes[bytes.find("ab")] = '\xff';
  const auto before = world_.Describe();
  // From Protobuf itself, which reads strings of proto3 as UTF-8 or not at
  // all, or from us.
  const grpc::Status status = Send("/csi.v1.Controller/CreateVolume", bytes);
  EXPECT_TRUE(status.error_code() == grpc::INTERNAL ||
              status.error_code() == grpc::INVALID_ARGUMENT)
      << status.error_code() << status.error_message();
  EXPECT_EQ(fakes::Difference(before, world_.Describe()), "");
}

TEST_P(WireTest, FieldsOfALaterCsiAreNoMistake) {
  std::string bytes =
      Request("ControllerGetVolume", Good("ControllerGetVolume"))
          ->SerializeAsString();
  bytes += "\xf2\x3f\x03new";  // field 1022
  EXPECT_TRUE(Send("/csi.v1.Controller/ControllerGetVolume", bytes).ok());
}

INSTANTIATE_TEST_SUITE_P(Input, WireTest, testing::Values(Front::kAgent),
                         FrontName);

}  // namespace
}  // namespace holdfast::input
