// What a daemon shows to the outside, from its start to its end.

#ifndef HOLDFAST_DRIVER_FRONT_H_
#define HOLDFAST_DRIVER_FRONT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/metrics.h"
#include "rpc/http_server.h"
#include "rpc/readiness.h"
#include "rpc/server.h"

namespace holdfast::driver {

// Blocks the signals that end a daemon in this and all later threads, so that
// WaitForStop can take them. Call first thing in main.
void BlockStopSignals();

// Lets a write to a pipe or socket without a reader fail instead of ending the
// process: whoever read the log may be gone before the daemon is. Call first
// thing in main.
void IgnoreBrokenPipes();

// True if SIGTERM or SIGINT came within `timeout`.
bool WaitForStop(absl::Duration timeout);

// The servers of a daemon. Not thread-safe: for main.
class Front {
 public:
  // Serves on "unix:///…" and logs event=serving once calls are answered.
  absl::Status Serve(const std::string& endpoint,
                     const std::vector<grpc::Service*>& services);
  // Does nothing if `address` is empty.
  absl::Status ServeHttp(const std::string& address, Metrics& metrics,
                         rpc::Readiness readiness);
  // Returns after SIGTERM or SIGINT and Stop.
  void RunUntilStop(absl::Duration grace);
  // Stops all servers side by side: their sockets go at once, and the calls in
  // progress on all of them have one `grace` to end. HTTP is answered until
  // then.
  void Stop(absl::Duration grace);

 private:
  std::vector<std::unique_ptr<rpc::Server>> servers_;
  std::unique_ptr<rpc::HttpServer> http_;
};

}  // namespace holdfast::driver

#endif  // HOLDFAST_DRIVER_FRONT_H_
