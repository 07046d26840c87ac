// The doctor on the machine it runs on: `holdfast doctor` less its flags.

#ifndef HOLDFAST_CLI_DOCTOR_DOCTOR_H_
#define HOLDFAST_CLI_DOCTOR_DOCTOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/doctor/examination.h"

namespace holdfast::cli::doctor {

// Endpoints as rpc/endpoint.h reads them; an empty one is not looked at.
// The defaults are where scripts/quickstart puts them.
struct Options {
  std::string node_endpoint = "unix:///run/holdfast/node/csi.sock";
  std::string agent_endpoint = "unix:///run/holdfast/node/agent.sock";
  std::string controller_endpoint = "unix:///run/holdfast/controller/csi.sock";
  std::string kubelet = "/var/lib/kubelet";
  std::vector<std::string> checks;  // names; empty: all
  Mode mode = Mode::kLook;
  absl::Duration timeout = absl::Seconds(5);  // of each call to a daemon
};

// INVALID_ARGUMENT for an endpoint or a check that cannot be; findings are no
// errors.
absl::StatusOr<Report> ExamineThisMachine(const Options& options);

// OK if nothing that is not fixed is worse than a note; else
// FAILED_PRECONDITION with how many there are, so that the command exits with
// 1 and scripts notice.
absl::Status VerdictOn(const Report& report);

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_DOCTOR_H_
