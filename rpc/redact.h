// Requests as they may be seen by people.

#ifndef HOLDFAST_RPC_REDACT_H_
#define HOLDFAST_RPC_REDACT_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/strings/string_view.h"

namespace holdfast::rpc {

// What stands in the place of a value that is not shown.
inline constexpr absl::string_view kStripped = "***stripped***";

// `request` as one line of text, in which these values are stripped, however
// deep they stand:
//   - every field with the option csi_secret (CSI spec, "Secrets
//     Requirements"); the keys of a map are kept;
//   - mount_flags (CSI spec: may hold sensitive information);
//   - in any map, the value of a key that speaks of a token or a password,
//     such as csi.storage.k8s.io/serviceAccount.tokens in volume_context.
// Fields that this version does not know are left out: they may be secrets of
// a later CSI.
std::string Redact(const google::protobuf::Message& request);

// `text` without the secrets and tokens of `request`: for error messages,
// where a tool or the kernel may have repeated what it was given. Values of
// less than 4 bytes are left, since they occur in any sentence, and so are
// mount flags, since an error about one must name it.
std::string Scrub(absl::string_view text,
                  const google::protobuf::Message& request);

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_REDACT_H_
