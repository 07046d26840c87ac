// What the doctor found, for people and for programs.

#ifndef HOLDFAST_CLI_DOCTOR_RENDER_H_
#define HOLDFAST_CLI_DOCTOR_RENDER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "cli/doctor/examination.h"

namespace holdfast::cli::doctor {

// Errors first, each finding with why it matters and what to do; then what
// was done, and what is well.
std::string ToText(const Report& report);

// {"worst": "warning", "checks": ["kernel", …], "findings": [{"check",
// "severity", "what", "why", "advice", "fix", "fixed", "fix_error"}, …]};
// fields that do not apply are left out.
std::string ToJson(const Report& report);

// "1 error", "2 errors".
std::string Counted(int count, absl::string_view what);

// Names and summaries of all checks.
std::string ListChecks();

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_RENDER_H_
