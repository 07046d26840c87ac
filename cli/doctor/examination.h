// Running checks and applying what is safe.

#ifndef HOLDFAST_CLI_DOCTOR_EXAMINATION_H_
#define HOLDFAST_CLI_DOCTOR_EXAMINATION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/doctor/check.h"

namespace holdfast::cli::doctor {

enum class Mode { kLook, kFix };

struct Outcome {
  const Check* check = nullptr;
  Finding finding;
  // What became of its fix; nothing if it has none or was not asked for.
  std::optional<absl::Status> fixed;

  bool is_fixed() const { return fixed && fixed->ok(); }
};

struct Report {
  std::vector<const Check*> ran;
  std::vector<Outcome> outcomes;

  // Of what is not fixed.
  Severity Worst() const;
};

// How many findings of this severity are not fixed.
int CountOf(const Report& report, Severity severity);

// The checks of these names in the order of the table; all, if none is given.
// INVALID_ARGUMENT names what is no check, and those that there are.
absl::StatusOr<std::vector<const Check*>> ChooseChecks(
    const std::vector<std::string>& names);

// Runs them one after the other. With kFix the fixes of one are applied before
// the next looks, so that it sees what is left.
Report Examine(const World& world, const std::vector<const Check*>& checks,
               Mode mode);

}  // namespace holdfast::cli::doctor

#endif  // HOLDFAST_CLI_DOCTOR_EXAMINATION_H_
