#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <map>

#include "absl/strings/str_cat.h"
#include "cli/size.h"

namespace holdfast::cli {
namespace {

// What CLI11 takes for a mistake: a sentence; empty if there is none.
std::string SizeMistake(const std::string& text) {
  const absl::Status status = ParseSize(text).status();
  return std::string(status.message());
}

std::string DurationMistake(const std::string& text) {
  absl::Duration ignored;
  if (absl::ParseDuration(text, &ignored) && ignored > absl::ZeroDuration()) {
    return "";
  }
  return absl::StrCat("\"", text,
                      "\" is not a time; write it like 500ms or 1m");
}

}  // namespace

void AddServer(CLI::App& app, Servers& servers) {
  app.add_option("--endpoint", servers.endpoint,
                 "the daemon to ask, usually the controller")
      ->envname("CSI_ENDPOINT")
      ->capture_default_str();
  AddDuration(app, "--timeout", servers.timeout,
              "how long each call may take [1m]");
}

void AddNodeServer(CLI::App& app, Servers& servers) {
  app.add_option("--node_endpoint", servers.node_endpoint,
                 "the node daemon of this machine")
      ->capture_default_str();
}

void AddOutput(CLI::App& app, Output& output) {
  const std::map<std::string, Output> forms = {{"table", Output::kTable},
                                               {"json", Output::kJson}};
  app.add_option_function<std::string>(
         "--output",
         [&output, forms](const std::string& form) { output = forms.at(form); },
         "table for people, json for programs [table]")
      ->check(CLI::IsMember({"table", "json"}));
}

CLI::Option* AddSize(CLI::App& app, const std::string& name, int64_t& bytes,
                     const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&bytes](const std::string& text) {
            bytes = ParseSize(text).value_or(0);
          },
          help)
      ->check(&SizeMistake)
      ->type_name("SIZE");
}

CLI::Option* AddDuration(CLI::App& app, const std::string& name,
                         absl::Duration& duration, const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&duration](const std::string& text) {
            absl::ParseDuration(text, &duration);
          },
          help)
      ->check(&DurationMistake)
      ->type_name("TIME");
}

}  // namespace holdfast::cli
