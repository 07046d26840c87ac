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

// Parses the command line. Unknown flags and words that are no flags exit with
// 2; `summary` is what --help begins with.
void ParseCommandLine(int argc, char** argv, const char* summary);

// --endpoint, or CSI_ENDPOINT if it was not given.
std::string EndpointFlag();

void CheckCommonFlags(Checks& checks);

}  // namespace holdfast::driver

#endif  // HOLDFAST_DRIVER_COMMON_FLAGS_H_
