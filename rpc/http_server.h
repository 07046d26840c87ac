// /metrics, /healthz and /readyz.

#ifndef HOLDFAST_RPC_HTTP_SERVER_H_
#define HOLDFAST_RPC_HTTP_SERVER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "base/metrics.h"
#include "rpc/endpoint.h"
#include "rpc/readiness.h"

namespace holdfast::rpc {

// The small HTTP port of a daemon, for people, probes and Prometheus. GET and
// HEAD only, no TLS, nothing that may not be seen by anyone on the network.
//
//   /metrics   the text exposition of all metrics
//   /healthz   200 "ok" as long as the process answers
//   /readyz    200 "ok", or 503 with one reason a line
//
// The destructor waits for answers under way, and up to two seconds for the
// library to look up from its poll.
class HttpServer {
 public:
  // Listens on `address` (IPv4); port 0 is chosen by the kernel. `metrics` must
  // outlive the server. FAILED_PRECONDITION if the address cannot be had.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const HostPort& address, Metrics& metrics, Readiness readiness);

  ~HttpServer();

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // The port that is listened on.
  int port() const;

 private:
  struct Site;
  explicit HttpServer(std::unique_ptr<Site> site);

  const std::unique_ptr<Site> site_;
};

}  // namespace holdfast::rpc

#endif  // HOLDFAST_RPC_HTTP_SERVER_H_
