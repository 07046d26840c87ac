#include "cli/doctor/examination.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace holdfast::cli::doctor {

Severity Report::Worst() const {
  Severity worst = Severity::kOk;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.is_fixed()) worst = std::max(worst, outcome.finding.severity);
  }
  return worst;
}

int CountOf(const Report& report, Severity severity) {
  return static_cast<int>(std::count_if(
      report.outcomes.begin(), report.outcomes.end(), [&](const auto& o) {
        return o.finding.severity == severity && !o.is_fixed();
      }));
}

absl::StatusOr<std::vector<const Check*>> ChooseChecks(
    const std::vector<std::string>& names) {
  std::vector<std::string> unknown = names;
  std::vector<const Check*> chosen;
  for (const Check& check : AllChecks()) {
    const bool named = std::erase(unknown, check.name) > 0;
    if (named || names.empty()) chosen.push_back(&check);
  }
  if (unknown.empty()) return chosen;
  const auto add_name = [](std::string* out, const Check& check) {
    out->append(check.name);
  };
  return absl::InvalidArgumentError(
      absl::StrCat("no such check: ", absl::StrJoin(unknown, ", "),
                   "; there are ", absl::StrJoin(AllChecks(), ", ", add_name)));
}

Report Examine(const World& world, const std::vector<const Check*>& checks,
               Mode mode) {
  Report report{.ran = checks};
  for (const Check* check : checks) {
    for (Finding& finding : check->run(world)) {
      Outcome outcome{.check = check, .finding = std::move(finding)};
      if (mode == Mode::kFix && outcome.finding.fix) {
        outcome.fixed = outcome.finding.fix->apply();
      }
      report.outcomes.push_back(std::move(outcome));
    }
  }
  return report;
}

}  // namespace holdfast::cli::doctor
