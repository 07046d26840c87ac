// What `holdfast doctor` is made of: checks that look at one thing each and
// say what they found.

#ifndef HOLDFAST_CLI_DOCTOR_CHECK_H_
#define HOLDFAST_CLI_DOCTOR_CHECK_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/doctor/world.h"

namespace holdfast::cli::doctor {

enum class Severity {
  kOk,       // a fact worth knowing, nothing to do
  kNote,     // may be meant so
  kWarning,  // works now, and will not for long or not in all cases
  kError,    // does not work, or loses data
};

// "ok", "note", "warning", "error".
absl::string_view SeverityName(Severity severity);

// What --fix may do about a finding. Only leftovers of Holdfast's own are
// ever taken away, and `apply` looks again before it acts: what was true when
// the finding was made need not be any more. FAILED_PRECONDITION if it is not.
struct Fix {
  std::string sentence;  // what it does: "detach /dev/loop7"
  std::function<absl::Status()> apply;
};

struct Finding {
  Severity severity = Severity::kOk;
  std::string what;
  std::string why;     // why it matters; empty if kOk
  std::string advice;  // what a person does about it; empty if kOk
  std::optional<Fix> fix;
};

using Findings = std::vector<Finding>;

// Reads only. A check that cannot look says so in a finding; none ends the
// others.
struct Check {
  const char* name;  // for --check: "loop-deleted"
  const char* summary;
  Findings (*run)(const World& world);
};

// All of them, in the order in which they run: what a fix of one makes
// possible for another comes first. Documented in docs/doctor.md.
const std::vector<Check>& AllChecks();

// Each in a file of its own.
Findings CheckKernel(const World& world);
Findings CheckCapabilities(const World& world);
Findings CheckTools(const World& world);
Findings CheckFileSystems(const World& world);
Findings CheckLoopDriver(const World& world);
Findings CheckPropagation(const World& world);
Findings CheckDaemons(const World& world);
Findings CheckSockets(const World& world);
Findings CheckPools(const World& world);
Findings CheckPoolSpace(const World& world);
Findings CheckMounts(const World& world);
Findings CheckStaging(const World& world);
Findings CheckKubeletLoops(const World& world);
Findings CheckDeletedLoops(const World& world);
Findings CheckUnknownLoops(const World& world);
Findings CheckWriters(const World& world);
Findings CheckDirectIo(const World& world);

// The finding of a check that cannot look at `what`.
Finding CannotLook(absl::string_view what, const absl::Status& why);

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_CHECK_H_
