#include "cli/csi_rpcs.h"

#include <grpcpp/generic/generic_stub.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "csi/v1/csi.pb.h"

namespace holdfast::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::MessageFactory;
using google::protobuf::ServiceDescriptor;

std::unique_ptr<Message> NewMessage(const Descriptor* type) {
  MessageFactory* const factory = MessageFactory::generated_factory();
  return std::unique_ptr<Message>(factory->GetPrototype(type)->New());
}

grpc::ByteBuffer ToBuffer(const Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

absl::Status FillFrom(const grpc::ByteBuffer& buffer, Message& message) {
  grpc::Slice slice;
  if (buffer.DumpToSingleSlice(&slice).ok() &&
      message.ParseFromArray(slice.begin(), static_cast<int>(slice.size()))) {
    return absl::OkStatus();
  }
  return absl::InternalError(
      absl::StrCat("what the daemon sent is no ", message.GetTypeName(),
                   "; see that it and this program are of one version"));
}

}  // namespace

std::vector<const Rpc*> AllRpcs() {
  std::vector<const Rpc*> rpcs;
  const auto* const file = csi::v1::ProbeRequest::descriptor()->file();
  for (int i = 0; i < file->service_count(); ++i) {
    const ServiceDescriptor& service = *file->service(i);
    for (int j = 0; j < service.method_count(); ++j) {
      const Rpc& rpc = *service.method(j);
      if (!rpc.client_streaming() && !rpc.server_streaming()) {
        rpcs.push_back(&rpc);
      }
    }
  }
  return rpcs;
}

absl::StatusOr<const Rpc*> FindRpc(absl::string_view name) {
  for (const Rpc* const rpc : AllRpcs()) {
    if (absl::EqualsIgnoreCase(rpc->name(), name)) return rpc;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("CSI has no call \"", name, "\"; see: holdfast csi list"));
}

bool IsNodeRpc(const Rpc& rpc) { return rpc.service()->name() == "Node"; }

std::unique_ptr<Message> NewRequest(const Rpc& rpc) {
  return NewMessage(rpc.input_type());
}

absl::StatusOr<std::unique_ptr<Message>> CallRpc(const Connection& connection,
                                                 const Rpc& rpc,
                                                 const Message& request) {
  const std::string path =
      absl::StrCat("/", rpc.service()->full_name(), "/", rpc.name());
  grpc::GenericStub stub(connection.channel());
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  connection.Prepare(context);
  const auto call =
      stub.PrepareUnaryCall(&context, path, ToBuffer(request), &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status outcome;
  call->Finish(&answer, &outcome, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  RETURN_IF_ERROR(connection.Judge(outcome));
  std::unique_ptr<Message> response = NewMessage(rpc.output_type());
  RETURN_IF_ERROR(FillFrom(answer, *response));
  return response;
}

}  // namespace holdfast::cli
