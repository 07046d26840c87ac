// What a daemon says to the kubelet and to the sidecars.

#ifndef HOLDFAST_TESTS_DRIVER_PROBE_H_
#define HOLDFAST_TESTS_DRIVER_PROBE_H_

#include "rpc/endpoint.h"

namespace holdfast::driver {

enum class Probed { kReady, kNotReady, kError };

// Asks the server at `endpoint`.
Probed Probe(const rpc::Endpoint& endpoint);

}  // namespace holdfast::driver

#endif  // HOLDFAST_TESTS_DRIVER_PROBE_H_
