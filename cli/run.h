// A command line, run.

#ifndef HOLDFAST_CLI_RUN_H_
#define HOLDFAST_CLI_RUN_H_

#include "absl/status/status.h"
#include "cli/console.h"

namespace holdfast::cli {

// What `holdfast` exits with; documented in docs/command-line.md.
enum class ExitCode {
  kOk = 0,
  kFailed = 1,
  // The command line, or what it asks for, is not valid.
  kNotUnderstood = 2,
  // No daemon listens at the endpoint, or none answers.
  kNotReachable = 3,
};

ExitCode ExitCodeFor(const absl::Status& status);

// Runs what the command line says; an error is one line on `console.err`.
ExitCode RunCommandLine(int argc, const char* const* argv, Console& console);

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_RUN_H_
