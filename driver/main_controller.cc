// holdfast-controller: one beside the sidecars, for all agents.

#include <glog/logging.h>

#include "base/log.h"
#include "driver/controller_daemon.h"
#include "driver/front.h"
#include "driver/options.h"

int main(int argc, char** argv) {
  holdfast::driver::BlockStopSignals();
  holdfast::driver::IgnoreBrokenPipes();
  const auto options = holdfast::driver::ParseControllerOptions(argc, argv);
  holdfast::InitLogging(argv[0], options.log_verbosity);
  const absl::Status status = holdfast::driver::RunControllerDaemon(options);
  if (status.ok()) return 0;
  LOG(ERROR) << holdfast::LogLine("failed").Add("error", status.ToString());
  return 1;
}
