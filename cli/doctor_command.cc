#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "base/status.h"
#include "cli/command.h"
#include "cli/doctor/doctor.h"
#include "cli/doctor/render.h"
#include "cli/options.h"

namespace holdfast::cli {
namespace {

struct Arguments {
  Servers servers = {.timeout = absl::Seconds(5)};
  doctor::Options options;
  Output output = Output::kTable;
  bool fix = false;
  bool list = false;
};

absl::Status Examine(const Arguments& arguments, Console& console) {
  if (arguments.list) {
    console.out << doctor::ListChecks();
    return absl::OkStatus();
  }
  doctor::Options options = arguments.options;
  options.controller_endpoint = arguments.servers.endpoint;
  options.node_endpoint = arguments.servers.node_endpoint;
  options.timeout = arguments.servers.timeout;
  options.mode = arguments.fix ? doctor::Mode::kFix : doctor::Mode::kLook;
  ASSIGN_OR_RETURN(const doctor::Report report,
                   doctor::ExamineThisMachine(options));
  console.out << (arguments.output == Output::kJson ? doctor::ToJson(report)
                                                    : doctor::ToText(report));
  return doctor::VerdictOn(report);
}

Action Declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("--check", arguments->options.checks,
                 "run this check only; may be repeated")
      ->type_name("NAME");
  app.add_flag("--list", arguments->list, "name the checks");
  app.add_flag("--fix", arguments->fix, "also do what is safe");
  app.add_option("--endpoint", arguments->servers.endpoint,
                 "the controller; empty: do not look at it")
      ->capture_default_str();
  AddNodeServer(app, arguments->servers);
  app.add_option("--agent_endpoint", arguments->options.agent_endpoint,
                 "where the node daemon serves the controller")
      ->capture_default_str();
  app.add_option("--kubelet", arguments->options.kubelet,
                 "the kubelet's directory")
      ->capture_default_str();
  AddDuration(app, "--timeout", arguments->servers.timeout,
              "how long a daemon may take to answer [5s]");
  AddOutput(app, arguments->output);
  return [=](Console& console) { return Examine(*arguments, console); };
}

}  // namespace

Command DoctorCommand() {
  return {
      .name = "doctor",
      .summary = "Find what is wrong on this machine, and say what to do",
      .help = R"(Looks for leftovers, full pools, missing tools, capabilities
and kernel features, wrong mount propagation, daemons that do not answer.
Reads only; with --fix it also takes away leftovers of Holdfast's own that
nobody uses. Exit code 0 if nothing is worse than a note, 1 otherwise. Each
check is explained in docs/doctor.md.)",
      .examples =
          "holdfast doctor\n"
          "holdfast doctor --fix\n"
          "holdfast doctor --check=daemons --check=pools "
          "--output=json",
      .declare = &Declare};
}

}  // namespace holdfast::cli
