// Any CSI call, by the descriptors of csi.proto.

#ifndef HOLDFAST_CLI_CSI_RPCS_H_
#define HOLDFAST_CLI_CSI_RPCS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/connection.h"

namespace holdfast::cli {

using Rpc = google::protobuf::MethodDescriptor;
using Message = google::protobuf::Message;

// Those with one request and one response, in the order of the specification.
std::vector<const Rpc*> AllRpcs();

// By its name, in any case; INVALID_ARGUMENT if CSI has no such call.
absl::StatusOr<const Rpc*> FindRpc(absl::string_view name);

// Whether the node daemon serves it, rather than the controller.
bool IsNodeRpc(const Rpc& rpc);

// An empty request of `rpc`.
std::unique_ptr<Message> NewRequest(const Rpc& rpc);

// The response to `request`.
absl::StatusOr<std::unique_ptr<Message>> CallRpc(const Connection& connection,
                                                 const Rpc& rpc,
                                                 const Message& request);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_CSI_RPCS_H_
