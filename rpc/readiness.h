// Whether a daemon can do its work.

#ifndef HOLDFAST_RPC_READINESS_H_
#define HOLDFAST_RPC_READINESS_H_

#include <functional>

#include "absl/status/status.h"

namespace holdfast::rpc {

// OK: ready. UNAVAILABLE: still starting, or waiting for something that comes
// by itself. Any other code: a person has to act. The message holds one reason
// a line. Called often and by several threads; must not block.
using Readiness = std::function<absl::Status()>;

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_READINESS_H_
