// holdfast-node: the daemon of each machine with a pool.

#include <glog/logging.h>

#include "base/log.h"
#include "driver/front.h"
#include "driver/node_daemon.h"
#include "driver/options.h"
#include "os/kernel.h"

int main(int argc, char** argv) {
  holdfast::driver::BlockStopSignals();
  holdfast::driver::IgnoreBrokenPipes();
  holdfast::os::BlockLeaseSignal();
  const auto options = holdfast::driver::ParseNodeOptions(argc, argv);
  holdfast::InitLogging(argv[0], options.log_verbosity);
  const absl::Status status = holdfast::driver::RunNodeDaemon(options);
  if (status.ok()) return 0;
  LOG(ERROR) << holdfast::LogLine("failed").Add("error", status.ToString());
  return 1;
}
