// Sockets made by hand, beside the code under test.

#ifndef HOLDFAST_TESTS_RPC_LINUX_SOCKETS_H_
#define HOLDFAST_TESTS_RPC_LINUX_SOCKETS_H_

#include <string>

#include "base/unique_fd.h"

namespace holdfast::rpc {

// A listening unix socket bound to `path`. Closing it leaves its file, as the
// death of a process does.
UniqueFd ListenAt(const std::string& path);

// The errno of a connect to `path`; 0 if somebody answered.
int ConnectError(const std::string& path);

// The permission bits of `path`.
unsigned ModeOf(const std::string& path);

// What an HTTP server on localhost answers to `request`, head and body.
std::string HttpExchange(int port, const std::string& request);

}  // namespace holdfast::rpc

#endif  // HOLDFAST_TESTS_RPC_LINUX_SOCKETS_H_
