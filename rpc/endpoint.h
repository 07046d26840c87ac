// Where a server listens and a client connects.

#ifndef HOLDFAST_RPC_ENDPOINT_H_
#define HOLDFAST_RPC_ENDPOINT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace holdfast::rpc {

// The address of a gRPC server: a unix socket, or an IP address and a port.
struct Endpoint {
  std::string path = "";  // absolute, ends in ".sock"; empty: TCP
  std::string host = "";  // an IP address: "127.0.0.1", "::1"
  int port = 0;           // to listen, 0: the kernel chooses

  bool IsUnix() const { return !path.empty(); }
  // The form that ParseEndpoint reads.
  std::string ToString() const;
};

// Reads "unix:///abs/path.sock", the form that the CSI spec gives
// CSI_ENDPOINT ("Required RPCs", "Configuration"), and "tcp://address:port",
// "tcp://[address]:port" for IPv6. INVALID_ARGUMENT says what is wrong and what
// is right: another scheme, a path that is not absolute or not plain ("..",
// "//", characters that a URI would escape), a name that does not end in
// ".sock", more bytes than a socket address holds; and see TcpEndpoint.
absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view text);

// The endpoint at an IP address. INVALID_ARGUMENT for a port that is not 0 to
// 65535, and for an address that is not of the machine itself (127.0.0.0/8 and
// ::1; names are not looked up here): without TLS whoever reaches a daemon may
// delete every volume.
absl::StatusOr<Endpoint> TcpEndpoint(absl::string_view address, int port);

// "name:port" or "[address]:port" in its two parts. INVALID_ARGUMENT.
struct NameAndPort {
  std::string name;
  int port = 0;
};
absl::StatusOr<NameAndPort> ParseNameAndPort(absl::string_view text);

// A name beside `path` under which its socket is made before it is renamed,
// another at each call: gRPC removes the name that it bound when its listener
// ends, and that must not be the name that a successor has just bound. (A
// process id would not do: in containers both are often 1.) It starts with a
// dot: the kubelet's watcher of registration sockets overlooks such names.
std::string TemporarySocketPath(absl::string_view path);

// A host and a TCP port, by IPv4: Debian's civetweb is built without IPv6.
struct HostPort {
  std::string host;  // empty: all IPv4 addresses of the machine
  int port = 0;      // 0: the kernel chooses
};

// Reads "host:port" or ":port". INVALID_ARGUMENT otherwise, for an IPv6 address
// too.
absl::StatusOr<HostPort> ParseHostPort(absl::string_view text);

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_ENDPOINT_H_
