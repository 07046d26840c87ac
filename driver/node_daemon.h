// holdfast-node: its objects and how they hang together.

#ifndef HOLDFAST_DRIVER_NODE_DAEMON_H_
#define HOLDFAST_DRIVER_NODE_DAEMON_H_

#include "absl/status/status.h"
#include "driver/options.h"

namespace holdfast::driver {

// Serves the kubelet, opens the pools, serves the controller too once one is
// open, and returns after SIGTERM or SIGINT. A pool that another process still
// owns (a predecessor that is going away) is waited for, not ready, while the
// others are served; so are the sockets meanwhile. BlockStopSignals and
// BlockLeaseSignal must have been called. Any error is final: the process
// should exit with 1.
absl::Status RunNodeDaemon(const NodeOptions& options);

}  // namespace holdfast::driver

#endif  // HOLDFAST_DRIVER_NODE_DAEMON_H_
