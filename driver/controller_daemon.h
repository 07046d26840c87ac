// holdfast-controller: its objects and how they hang together.

#ifndef HOLDFAST_DRIVER_CONTROLLER_DAEMON_H_
#define HOLDFAST_DRIVER_CONTROLLER_DAEMON_H_

#include "absl/status/status.h"
#include "driver/options.h"

namespace holdfast::driver {

// Serves the sidecars, and returns after SIGTERM or SIGINT. It serves at once
// and is ready when an agent answers. BlockStopSignals must have been called.
// Any error is final: the process should exit with 1.
absl::Status RunControllerDaemon(const ControllerOptions& options);

}  // namespace holdfast::driver

#endif  // HOLDFAST_DRIVER_CONTROLLER_DAEMON_H_
