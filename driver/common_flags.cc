#include "driver/common_flags.h"

#include <cstdlib>
#include <iostream>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/command_line.h"
#include "base/log.h"
#include "identity/driver_info.h"
#include "rpc/endpoint.h"

ABSL_FLAG(std::string, endpoint, "",
          "Socket of the CSI services: unix:///absolute/path.sock. The "
          "environment variable CSI_ENDPOINT stands in for it.");
ABSL_FLAG(
    std::string, http_address, "",
    "host:port (IPv4) on which /metrics, /healthz and /readyz are served. "
    "Empty: not served. Port 0: the kernel chooses, see the log.");
ABSL_FLAG(absl::Duration, shutdown_grace, absl::Seconds(20),
          "How long calls in progress may go on after SIGTERM.");
ABSL_FLAG(int, log_verbosity, 0,
          "0: what was done; 1: also what was skipped and read; 2: also "
          "requests, without their secrets; 3: also probes.");

namespace holdfast::driver {
namespace {

std::string FlagsHelp() {
  return absl::StrCat(DescribeFlags("driver/"),
                      "  --flagfile=\n      File with more flags, one a "
                      "line.\n  --version\n");
}

[[noreturn]] void Answer(absl::string_view text) {
  std::cout << text << std::flush;
  std::exit(0);
}

}  // namespace

Checks ParseCommandLine(int argc, char** argv, const char* summary) {
  const CommandLine line = ReadCommandLine(argc, argv);
  Checks checks;
  for (const std::string& mistake : line.mistakes) checks.Note(mistake);
  for (const std::string& word : line.words) {
    if (word == "--help") Answer(absl::StrCat(summary, "\n\n", FlagsHelp()));
    if (word == "--version") {
      Answer(absl::StrCat("holdfast ", identity::DriverVersion(), "\n"));
    }
    checks.Note(absl::StrCat("unexpected argument ", Quote(word)));
  }
  return checks;
}

std::string EndpointFlag() {
  const std::string endpoint = absl::GetFlag(FLAGS_endpoint);
  if (!endpoint.empty()) return endpoint;
  const char* from_environment = std::getenv("CSI_ENDPOINT");
  return from_environment == nullptr ? "" : from_environment;
}

void CheckCommonFlags(Checks& checks) {
  const auto endpoint = rpc::ParseEndpoint(EndpointFlag());
  checks.RequireOk(endpoint.status(), "endpoint");
  checks.Require(!endpoint.ok() || endpoint->IsUnix(), "endpoint",
                 "a unix socket: unix:///absolute/path.sock");
  const std::string http = absl::GetFlag(FLAGS_http_address);
  if (!http.empty()) {
    checks.RequireOk(rpc::ParseHostPort(http).status(), "http_address");
  }
  checks.Require(absl::GetFlag(FLAGS_shutdown_grace) >= absl::ZeroDuration(),
                 "shutdown_grace", "0s or more");
  const int verbosity = absl::GetFlag(FLAGS_log_verbosity);
  checks.Require(verbosity >= 0 && verbosity <= 3, "log_verbosity",
                 "0, 1, 2 or 3");
}

}  // namespace holdfast::driver
