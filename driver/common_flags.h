// Flags that both daemons have.

#ifndef HOLDFAST_DRIVER_COMMON_FLAGS_H_
#define HOLDFAST_DRIVER_COMMON_FLAGS_H_

#include <string>

#include "absl/flags/declare.h"
#include "absl/time/time.h"
#include "driver/checks.h"

ABSL_DECLARE_FLAG(std::string, endpoint);
ABSL_DECLARE_FLAG(std::string, http_address);
ABSL_DECLARE_FLAG(absl::Duration, shutdown_grace);
ABSL_DECLARE_FLAG(int, log_verbosity);

namespace holdfast::driver {

// Sets the flags of the command line and notes what is wrong with it: unknown
// flags, values that cannot be parsed, words that are no flags. After --help
// (which begins with `summary`) and --version the process exits with 0.
Checks ParseCommandLine(int argc, char** argv, const char* summary);

// --endpoint, or CSI_ENDPOINT if it was not given.
std::string EndpointFlag();

void CheckCommonFlags(Checks& checks);

}  // namespace holdfast::driver

#endif  // HOLDFAST_DRIVER_COMMON_FLAGS_H_
