#include "cli/doctor/render.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace holdfast::cli::doctor {
namespace {

using google::protobuf::Struct;

constexpr Severity kWorstFirst[] = {Severity::kError, Severity::kWarning,
                                    Severity::kNote};

std::string FixLine(const Outcome& outcome) {
  if (!outcome.finding.fix) return "";
  const std::string& sentence = outcome.finding.fix->sentence;
  if (!outcome.fixed) return absl::StrCat("    --fix: ", sentence, "\n");
  if (outcome.fixed->ok()) return absl::StrCat("    done: ", sentence, "\n");
  return absl::StrCat("    failed: ", sentence, ": ", outcome.fixed->message(),
                      "\n");
}

std::string Describe(const Outcome& outcome) {
  const Finding& finding = outcome.finding;
  return absl::StrCat(outcome.is_fixed() ? "fixed" : "",
                      outcome.is_fixed() ? "" : SeverityName(finding.severity),
                      "  ", finding.what, "  [", outcome.check->name, "]\n",
                      "    why: ", finding.why, "\n",
                      "    do:  ", finding.advice, "\n", FixLine(outcome));
}

std::string Verdict(const Report& report) {
  const std::string checks =
      Counted(static_cast<int>(report.ran.size()), "check");
  if (report.Worst() == Severity::kOk) {
    return absl::StrCat("All is well (", checks, ").\n");
  }
  return absl::StrCat(Counted(CountOf(report, Severity::kError), "error"), ", ",
                      Counted(CountOf(report, Severity::kWarning), "warning"),
                      ", ", Counted(CountOf(report, Severity::kNote), "note"),
                      " (", checks, ").\n");
}

void Set(Struct& object, const std::string& key, absl::string_view value) {
  if (value.empty()) return;
  (*object.mutable_fields())[key].set_string_value(std::string(value));
}

Struct ToStruct(const Outcome& outcome) {
  const Finding& finding = outcome.finding;
  Struct object;
  Set(object, "check", outcome.check->name);
  Set(object, "severity", SeverityName(finding.severity));
  Set(object, "what", finding.what);
  Set(object, "why", finding.why);
  Set(object, "advice", finding.advice);
  if (finding.fix) Set(object, "fix", finding.fix->sentence);
  if (outcome.fixed) {
    (*object.mutable_fields())["fixed"].set_bool_value(outcome.fixed->ok());
    Set(object, "fix_error", outcome.fixed->message());
  }
  return object;
}

}  // namespace

std::string Counted(int count, absl::string_view what) {
  return absl::StrCat(count, " ", what, count == 1 ? "" : "s");
}

std::string ToText(const Report& report) {
  std::string text;
  for (const Severity severity : kWorstFirst) {
    for (const Outcome& outcome : report.outcomes) {
      if (outcome.finding.severity != severity) continue;
      absl::StrAppend(&text, Describe(outcome));
    }
  }
  if (!text.empty()) absl::StrAppend(&text, "\n");
  for (const Outcome& outcome : report.outcomes) {
    if (outcome.finding.severity != Severity::kOk) continue;
    absl::StrAppend(&text, "ok  ", outcome.finding.what, "\n");
  }
  return absl::StrCat(text, Verdict(report));
}

std::string ToJson(const Report& report) {
  Struct root;
  Set(root, "worst", SeverityName(report.Worst()));
  auto& fields = *root.mutable_fields();
  auto& checks = *fields["checks"].mutable_list_value();
  for (const Check* check : report.ran) {
    checks.add_values()->set_string_value(check->name);
  }
  auto& findings = *fields["findings"].mutable_list_value();
  for (const Outcome& outcome : report.outcomes) {
    *findings.add_values()->mutable_struct_value() = ToStruct(outcome);
  }
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string json;
  // A Struct of strings, numbers and lists always has a JSON form.
  (void)google::protobuf::util::MessageToJsonString(root, &json, options);
  return json;
}

std::string ListChecks() {
  std::string text;
  for (const Check& check : AllChecks()) {
    absl::StrAppendFormat(&text, "%-15s %s\n", check.name, check.summary);
  }
  return text;
}

}  // namespace holdfast::cli::doctor
